import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sentinelImage } from "../runtime/sentinels.ts";
import {
  call,
  conditionTypes,
  findJob,
  JOBS,
  jobBody,
  PODS,
  podsOf,
  startEmulator,
  until,
  untilEvent,
  untilRunning,
  untilUp,
  untilWaiting,
} from "./kubernetes-emulator.testkit.ts";
import type { KubernetesEmulator } from "./kubernetes-emulator.ts";

describe("what goes wrong with pods", () => {
  let emulator: KubernetesEmulator;
  beforeEach(async () => {
    emulator = await startEmulator({ disruptAfterMs: 20, pullBackoffMs: 40 });
  });
  afterEach(() => emulator.close());

  const create = (name: string, overrides: Parameters<typeof jobBody>[1] = {}) =>
    call(emulator, "POST", JOBS, jobBody(name, overrides));
  const createSentinel = (tag: Parameters<typeof sentinelImage<"kubernetes">>[1], argument?: number) =>
    create("a", { image: sentinelImage<"kubernetes">("registry.example:5000/bot", tag, argument) });
  const untilPodFinished = () =>
    until(emulator, () => podsOf(emulator, "a").find(({ status }) => status.phase === "Failed"));
  const terminated = async () => (await untilPodFinished()).status.containerStatuses?.[0]?.state.terminated;

  it("keeps pods beyond the node's capacity unschedulable until there is room", async () => {
    emulator.settings.set({ nodeCapacity: 1 });
    await create("a");
    await untilRunning(emulator, "a");
    await create("b");
    const event = await untilEvent(emulator, "b", "FailedScheduling");
    expect(event.message).toMatch(/^0\/1 nodes are available/);
    expect(podsOf(emulator, "b")[0]?.status).toMatchObject({
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
    });
    await call(emulator, "DELETE", `${JOBS}/a`, { propagationPolicy: "Background" });
    await untilRunning(emulator, "b");
    expect(emulator.timeline.maxConcurrent()).toBe(1);
  });

  it("never schedules an unschedulable pod, and forgets it at once when it is deleted", async () => {
    await createSentinel("unschedulable");
    await untilEvent(emulator, "a", "FailedScheduling");
    await call(emulator, "DELETE", `${JOBS}/a`, { propagationPolicy: "Background" });
    await until(emulator, () => podsOf(emulator, "a").length === 0);
    expect(emulator.timeline.intervals()).toEqual([]);
  });

  it("alternates between ErrImagePull and ImagePullBackOff for an image that is not there", async () => {
    await create("a", { image: "nowhere/none:1" });
    await untilWaiting(emulator, "a", "ErrImagePull");
    await untilWaiting(emulator, "a", "ImagePullBackOff");
    await untilWaiting(emulator, "a", "ErrImagePull");
    expect(emulator.timeline.intervals()).toEqual([]);
  });

  it.each([
    ["image-pull-backoff", "ImagePullBackOff", /not found/],
    ["image-pull-server-error", "ErrImagePull", /503/],
    ["invalid-image-name", "InvalidImageName", /invalid reference format/],
    ["create-container-config-error", "CreateContainerConfigError", /couldn't find key/],
  ] as const)("shows %s as %s of a Pending pod", async (tag, reason, message) => {
    await createSentinel(tag);
    const pod = await untilWaiting(emulator, "a", reason);
    expect(pod.status.phase).toBe("Pending");
    expect(pod.status.containerStatuses?.[0]?.state.waiting?.message).toMatch(message);
  });

  it("shows pod-quota and pod-security only as FailedCreate events", async () => {
    for (const [tag, text] of [
      ["pod-quota", /exceeded quota/],
      ["pod-security", /violates PodSecurity/],
    ] as const) {
      await create(tag, { image: sentinelImage<"kubernetes">("done", tag) });
      expect((await untilEvent(emulator, tag, "FailedCreate")).message).toMatch(text);
      expect(podsOf(emulator, tag)).toEqual([]);
    }
  });

  it("ends a container that cannot be executed with StartError 128", async () => {
    await createSentinel("start-error");
    expect(await terminated()).toMatchObject({ exitCode: 128, reason: "StartError" });
  });

  it("kills out of memory with OOMKilled 137", async () => {
    await createSentinel("oom-kill");
    expect(await terminated()).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });

  it("ends with the exit code of the tag", async () => {
    await createSentinel("exit-code", 42);
    expect(await terminated()).toMatchObject({ exitCode: 42, reason: "Error" });
    await until(emulator, () => conditionTypes(findJob(emulator, "a")).includes("Failed"));
  });

  it("evicts with DisruptionTarget before the container is gone", async () => {
    const order: string[] = [];
    emulator.store.subscribe(() => {
      const pod = podsOf(emulator, "a")[0];
      if (conditionTypes(pod as never).includes("DisruptionTarget")) order.push(pod?.status.phase ?? "");
    });
    await createSentinel("evict");
    const pod = await untilPodFinished();
    expect(order[0]).toBe("Running");
    expect(pod.status).toMatchObject({ reason: "Evicted", phase: "Failed" });
  });

  it("preempts through deletion: the pod disappears and the Job fails", async () => {
    await createSentinel("preempt");
    const marked = await until(emulator, () =>
      podsOf(emulator, "a").find(({ metadata }) => metadata.deletionTimestamp !== undefined),
    );
    expect(marked.status.conditions?.at(-1)?.reason).toBe("PreemptionByScheduler");
    await until(emulator, () => podsOf(emulator, "a").length === 0);
    await until(emulator, () => conditionTypes(findJob(emulator, "a")).includes("Failed"));
  });

  it("leaves the container of a lost node running behind a pod that stays Terminating", async () => {
    await createSentinel("node-lost");
    const pod = await until(emulator, () =>
      podsOf(emulator, "a").find(({ metadata }) => metadata.deletionTimestamp !== undefined),
    );
    await call(emulator, "DELETE", `${JOBS}/a`, { propagationPolicy: "Background" });
    await until(emulator, () => podsOf(emulator, "a")[0]?.metadata.finalizers === undefined);
    expect(emulator.timeline.runningAt(Date.now())).toHaveLength(1);
    expect(podsOf(emulator, "a")[0]?.status.phase).toBe("Running");

    expect(emulator.disruptPod(pod.metadata.name, "node-back")).toBe(true);
    await until(emulator, () => podsOf(emulator, "a").length === 0);
    expect(emulator.timeline.runningAt(Date.now())).toEqual([]);
  });

  it("gives a container that ignores SIGTERM its grace and then SIGKILL", async () => {
    await create("a", { image: "stubborn", podSpec: { terminationGracePeriodSeconds: 2 } });
    await untilUp(emulator, "a");
    await call(emulator, "DELETE", `${JOBS}/a`, { propagationPolicy: "Background" });
    const stillThere = await until(emulator, () =>
      podsOf(emulator, "a").find(({ metadata }) => metadata.deletionGracePeriodSeconds === 2),
    );
    expect(stillThere.status.phase).toBe("Running");
    await until(emulator, () => podsOf(emulator, "a").length === 0);
    const kinds = emulator.timeline.entries().map(({ kind }) => kind);
    expect(kinds).toEqual(["created", "started", "stop_requested", "killed", "exited", "removed"]);
  });

  it("has no log for a container that never ran", async () => {
    await createSentinel("image-pull-backoff");
    const pod = await untilWaiting(emulator, "a", "ImagePullBackOff");
    const answer = await call(emulator, "GET", `${PODS}/${pod.metadata.name}/log`);
    expect([answer.status, answer.body.message]).toEqual([
      400,
      expect.stringMatching(/is waiting to start: (ErrImagePull|ImagePullBackOff)$/),
    ]);
  });
});
