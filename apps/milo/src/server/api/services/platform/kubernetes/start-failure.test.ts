import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { DISTINCT_SIGHTING_MS, ImageFailureSightings } from "./image-failure-sightings.ts";
import { classifyFailedCreate, findStartFailure } from "./start-failure.ts";
import { botIn, jobWith, NOW_MS, podWith, secondsAgo } from "./testing/kubernetes-fixtures.ts";
import { describeWorkload, lacksPod } from "./workload-state.ts";

const scheduled = (secondsBefore: number) => [
  { type: "PodScheduled", status: "True", lastTransitionTime: secondsAgo(secondsBefore) },
];
function waiting(reason: string, message: string, secondsBefore: number): V1Pod {
  const containerStatuses = botIn({ waiting: { reason, message } });
  return podWith({ phase: "Pending", conditions: scheduled(secondsBefore), containerStatuses });
}
const judge = (pod: V1Pod, sightings = 1) =>
  findStartFailure(pod, { nowMs: NOW_MS, unschedulableGraceMs: 60_000, countImageFailure: () => sightings })?.class;

describe("an image that cannot be pulled", () => {
  it("is given a second try before it is called a fault", () => {
    expect(judge(waiting("ErrImagePull", "not found", 5))).toBeUndefined();
    expect(judge(waiting("ImagePullBackOff", "not found", 5), 2)).toBe("config");
    expect(judge(waiting("ErrImagePull", "not found", 31))).toBe("config");
  });

  it("is a passing fault when the registry has trouble", () => {
    for (const message of ["unexpected status 503", "toomanyrequests: slow down", "dial tcp: i/o timeout"]) {
      expect(judge(waiting("ErrImagePull", message, 31)), message).toBe("transient");
    }
    for (const message of ["401 Unauthorized", "403 Forbidden", "manifest unknown: not found"]) {
      expect(judge(waiting("ErrImagePull", message, 31)), message).toBe("config");
    }
  });

  it("is a fault at once when its name is malformed or it may not be pulled", () => {
    expect(judge(waiting("InvalidImageName", "bad", 0))).toBe("config");
    expect(judge(waiting("ErrImageNeverPull", "absent", 0))).toBe("config");
  });

  it("is counted once however often it is looked at within one try of the kubelet", () => {
    const sightings = new ImageFailureSightings();
    const pod = podWith({});
    expect(sightings.count(pod, NOW_MS)).toBe(1);
    expect(sightings.count(pod, NOW_MS + DISTINCT_SIGHTING_MS - 1)).toBe(1);
    expect(sightings.count(pod, NOW_MS + DISTINCT_SIGHTING_MS)).toBe(2);
    expect(sightings.count(podWith({}, { uid: "another" }), NOW_MS)).toBe(1);
  });
});

describe("a container that cannot be made", () => {
  it("is given time for its Secret to arrive", () => {
    expect(judge(waiting("CreateContainerConfigError", 'secret "x" not found', 20))).toBeUndefined();
    expect(judge(waiting("CreateContainerConfigError", 'secret "x" not found', 21))).toBe("config");
  });

  it("is a fault of the settings when the runtime refuses its command", () => {
    const containerStatuses = botIn({ terminated: { exitCode: 128, reason: "StartError", message: "no such file" } });
    expect(judge(podWith({ phase: "Failed", containerStatuses }))).toBe("config");
  });
});

describe("a pod without a node", () => {
  const unscheduled = (secondsBefore: number) =>
    podWith({
      phase: "Pending",
      conditions: [
        {
          type: "PodScheduled",
          status: "False",
          reason: "Unschedulable",
          message: "0/5 nodes are available",
          lastTransitionTime: secondsAgo(secondsBefore),
        },
      ],
    });

  it("waits for an autoscaler before the cluster counts as full", () => {
    expect(judge(unscheduled(60))).toBeUndefined();
    expect(judge(unscheduled(61))).toBe("capacity");
  });

  it("is out of capacity at once when its node turned it away", () => {
    expect(judge(podWith({ phase: "Failed", reason: "OutOfcpu", message: "Node didn't have enough cpu" }))).toBe(
      "capacity",
    );
  });
});

describe("a pod that the API server does not let in", () => {
  const job = jobWith({ status: { active: 0, startTime: secondsAgo(11) } });

  it("is looked for in events only when it should be there by now", () => {
    expect(lacksPod({ job, pods: [] }, NOW_MS)).toBe(true);
    expect(lacksPod({ job: jobWith({ status: { startTime: secondsAgo(9) } }), pods: [] }, NOW_MS)).toBe(false);
    expect(lacksPod({ job, pods: [podWith({})] }, NOW_MS)).toBe(false);
    expect(lacksPod({ job: jobWith({ spec: { suspend: true }, status: {} }), pods: [] }, NOW_MS)).toBe(false);
  });

  it("is out of capacity for a quota, and a fault of the settings for a policy", () => {
    const quota = 'Error creating: pods "x" is forbidden: exceeded quota: q, requested: pods=1';
    const context = { nowMs: NOW_MS, unschedulableGraceMs: 1, countImageFailure: () => 0 };
    expect(describeWorkload({ job, pods: [] }, [quota], context)?.startFailure?.class).toBe("capacity");
    expect(classifyFailedCreate('pods "x" is forbidden: violates PodSecurity "restricted"').class).toBe("config");
    expect(classifyFailedCreate("failed quota: q: must specify limits.memory").class).toBe("config");
  });
});
