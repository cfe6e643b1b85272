import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { ImageFailureSightings } from "./image-failure-sightings.ts";
import {
  DISTINCT_SIGHTING_MS,
  findStartFailure,
  NO_POD_PATIENCE_MS,
  suspectPod,
  suspectRefusal,
} from "./start-failure.ts";
import { botIn, jobWith, NOW_MS, podWith, secondsAgo } from "./testing/kubernetes-fixtures.ts";
import { describeWorkload, lacksPod } from "./workload-state.ts";

const scheduled = (secondsBefore: number) => [
  { type: "PodScheduled", status: "True", lastTransitionTime: secondsAgo(secondsBefore) },
];
function waiting(reason: string, message: string, secondsBefore: number): V1Pod {
  const containerStatuses = botIn({ waiting: { reason, message } });
  return podWith({ phase: "Pending", conditions: scheduled(secondsBefore), containerStatuses });
}
const contextOf = (seenForMs = 0) => ({
  nowMs: NOW_MS,
  unschedulableGraceMs: 60_000,
  firstImageFailureMs: () => NOW_MS - seenForMs,
});
const judge = (pod: V1Pod, seenForMs = 0) => findStartFailure(pod, contextOf(seenForMs))?.class;

describe("an image that cannot be pulled", () => {
  it("is given a second try before it is called a fault", () => {
    expect(judge(waiting("ErrImagePull", "not found", 5))).toBeUndefined();
    expect(judge(waiting("ImagePullBackOff", "not found", 5), DISTINCT_SIGHTING_MS)).toBe("config");
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

  it("counts from its first sighting on, however often it is looked at", () => {
    const sightings = new ImageFailureSightings();
    const pod = podWith({});
    expect(sightings.note(pod, NOW_MS)).toBe(NOW_MS);
    expect(sightings.note(pod, NOW_MS + 1)).toBe(NOW_MS);
    expect(sightings.note(podWith({}, { uid: "another" }), NOW_MS + 2)).toBe(NOW_MS + 2);
  });
});

describe("the moment from which a suspicion counts", () => {
  it("is the same for a pod from a list, which has dates, and from a watch, which has strings", () => {
    const pods = [
      waiting("CreateContainerConfigError", "secret not found", 3),
      waiting("ErrImagePull", "not found", 28),
    ];
    for (const pod of pods) {
      const fromWatch = JSON.parse(JSON.stringify(pod)) as V1Pod;
      expect(typeof fromWatch.status?.conditions?.[0]?.lastTransitionTime).toBe("string");
      expect(suspectPod(fromWatch, contextOf())).toEqual(suspectPod(pod, contextOf()));
      expect(suspectPod(pod, contextOf())?.countsFromMs).toBeGreaterThan(NOW_MS);
    }
  });

  it("is the first of several", () => {
    const containerStatuses = [
      ...(botIn({ waiting: { reason: "CreateContainerConfigError" } }) ?? []),
      ...(botIn({ waiting: { reason: "InvalidImageName" } }) ?? []),
    ];
    const pod = podWith({ phase: "Pending", conditions: scheduled(1), containerStatuses });
    expect(findStartFailure(pod, contextOf())?.reason).toBe("InvalidImageName");
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

  it("is out of capacity for a quota, and a fault of the settings for a policy, at once", () => {
    const classify = (message: string) => {
      const { failure, countsFromMs } = suspectRefusal(message, NOW_MS);
      expect(countsFromMs).toBeLessThan(NOW_MS);
      return failure.class;
    };
    expect(classify('pods "x" is forbidden: exceeded quota: q, requested: pods=1')).toBe("capacity");
    expect(classify('pods "x" is forbidden: violates PodSecurity "restricted"')).toBe("config");
    expect(classify("failed quota: q: must specify limits.memory")).toBe("config");
  });

  it("is given another try when the API server itself is in trouble", () => {
    const trouble = "Internal error occurred: failed calling webhook: context deadline exceeded";
    const { failure, countsFromMs } = suspectRefusal(trouble, NOW_MS);
    expect(failure.class).toBe("transient");
    expect(countsFromMs).toBeGreaterThan(NOW_MS + NO_POD_PATIENCE_MS);
  });

  it("does not speak against a Job that has its pod", () => {
    const { failure } = suspectRefusal("exceeded quota: q", NOW_MS);
    expect(describeWorkload({ job, pods: [] }, failure, contextOf())?.startFailure?.class).toBe("capacity");
    expect(describeWorkload({ job, pods: [podWith({})] }, failure, contextOf())?.startFailure).toBeUndefined();
  });
});
