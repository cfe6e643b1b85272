import type { LaunchFailureClass } from "@milo/placement";
import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn } from "./expectations.ts";

/** Its Job was taken, unsuspended and, as its pod could not start, ended and removed. */
const REMOVED = { requests: { "create-job": 1, "delete-job": { atLeast: 1 } } } as const;
const gaveUp = (failureClass: LaunchFailureClass, reason: RegExp) =>
  movedOn("k8s", { class: failureClass, reason, existed: true }, REMOVED);

/** Kubernetes took the Job, and its pod does not start. */
export const KUBERNETES_START_ROWS: readonly CatalogueRow[] = [
  {
    row: 5,
    platform: "k8s",
    fault: "row-05-pod-quota",
    failure: "The quota of pods is used up: the Job is taken and gets no pod",
    class: "capacity",
    reaction: "Job removed, next platform; the platform backs off, its breaker stays closed",
    expect: gaveUp("capacity", /exceeded quota/),
  },
  {
    row: 6,
    platform: "k8s",
    fault: "row-06-pod-security",
    failure: "A policy refuses the pod: the Job is taken and gets none",
    class: "config",
    reaction: "Job removed, next platform; the breaker opens for long and raises an alarm",
    expect: gaveUp("config", /PodSecurity/),
  },
  {
    row: 7,
    platform: "k8s",
    fault: "row-07-unschedulable",
    failure: "No node fits the pod, for longer than an autoscaler needs",
    class: "capacity",
    reaction: "Job removed, next platform; the platform backs off, its breaker stays closed",
    expect: gaveUp("capacity", /nodes are available/),
  },
  {
    row: 8,
    platform: "k8s",
    fault: "row-08-image-pull-backoff",
    failure: "The image is not in its registry",
    class: "config",
    reaction: "Job removed, next platform; the breaker opens for long and raises an alarm",
    expect: gaveUp("config", /not found|ImagePullBackOff/),
  },
  {
    row: 8,
    platform: "k8s",
    fault: "row-08-invalid-image-name",
    failure: "The image's name cannot be read",
    class: "config",
    reaction: "Job removed, next platform; the breaker opens for long and raises an alarm",
    expect: gaveUp("config", /InvalidImageName/),
  },
  {
    row: 8,
    platform: "k8s",
    fault: "row-08-image-pull-server-error",
    failure: "The registry answers 503",
    class: "transient",
    reaction: "Job removed; three attempts here, then the next platform; the breaker does not count it",
    expect: movedOn(
      "k8s",
      { class: "transient", reason: /503/, tries: 3, existed: true },
      { requests: { "create-job": 3, "delete-job": { atLeast: 3 } } },
    ),
  },
  {
    row: 9,
    platform: "k8s",
    fault: "row-09-create-container-config-error",
    failure: "The container's Secret lacks a key",
    class: "config",
    reaction: "Job removed, next platform; the breaker opens for long and raises an alarm",
    expect: gaveUp("config", /CreateContainerConfigError/),
  },
];
