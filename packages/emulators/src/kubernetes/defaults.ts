import { randomUUID } from "node:crypto";
import type { ContainerSpec, Job, JobSpec, PodSpec } from "./objects.ts";

/** A Job as a client may send it: almost everything can be missing. */
export type SentJob = {
  metadata?: Partial<Job["metadata"]>;
  spec?: Partial<Omit<JobSpec, "template">> & {
    template?: { metadata?: JobSpec["template"]["metadata"]; spec?: Partial<PodSpec> };
  };
};

/** Fills in what the API server fills in for a Job: defaults, uid, selector and the four pod labels. */
export function completeJob(sent: SentJob, name: string, namespace: string): Job {
  const uid = randomUUID();
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  const spec = sent.spec ?? {};
  const template = spec.template ?? {};
  const { labels: ownLabels, annotations, ownerReferences, finalizers } = sent.metadata ?? {};
  const metadata = Object.fromEntries(
    Object.entries({ labels: ownLabels, annotations, ownerReferences, finalizers }).filter(([, value]) => value),
  );
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, uid, generation: 1, creationTimestamp: "", ...metadata },
    spec: {
      parallelism: 1,
      completions: 1,
      completionMode: "NonIndexed",
      backoffLimit: 6,
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
      ...spec,
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
      template: {
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
        spec: completePodSpec(template.spec ?? {}),
      },
    },
    status: {},
  };
}

function completePodSpec(spec: Partial<PodSpec>): PodSpec {
  return {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
    ...spec,
    containers: (spec.containers ?? []).map(completeContainer),
  };
}

function completeContainer(container: ContainerSpec): ContainerSpec {
  const isLatest = /:latest$|^[^:@]*(\/[^:@]*)?$/.test(container.image ?? "");
  return {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: isLatest ? "Always" : "IfNotPresent",
    ...container,
  };
}
