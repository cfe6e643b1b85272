import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  call,
  conditionTypes,
  connectClient,
  findJob,
  JOBS,
  jobBody,
  podsOf,
  SECRETS,
  startEmulator,
  TEST_IMAGES,
  until,
  untilEvent,
  untilRunning,
  untilUp,
  untilWaiting,
} from "./kubernetes-emulator.testkit.ts";
import { createKubernetesEmulator, type KubernetesEmulator } from "./kubernetes-emulator.ts";

describe("Jobs and their pods", () => {
  let emulator: KubernetesEmulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  const create = (name: string, overrides: Parameters<typeof jobBody>[1] = {}) =>
    call(emulator, "POST", JOBS, jobBody(name, overrides));
  const patch = (name: string, operations: unknown) =>
    call(emulator, "PATCH", `${JOBS}/${name}`, operations, { type: "application/json-patch+json" });
  const unsuspend = { op: "replace", path: "/spec/suspend", value: false };

  it("runs nothing of a suspended Job until it is unsuspended under the right uid", async () => {
    const { body } = await create("a", { spec: { suspend: true } });
    await until(emulator, () => conditionTypes(findJob(emulator, "a")).includes("Suspended"));
    expect(findJob(emulator, "a")?.status.startTime).toBeUndefined();
    const wrong = await patch("a", [{ op: "test", path: "/metadata/uid", value: "another" }, unsuspend]);
    expect([wrong.status, wrong.body.reason]).toEqual([422, "Invalid"]);
    expect(podsOf(emulator, "a")).toEqual([]);

    await patch("a", [{ op: "test", path: "/metadata/uid", value: body.metadata.uid }, unsuspend]);
    await untilRunning(emulator, "a");
    expect(findJob(emulator, "a")?.status).toMatchObject({
      active: 1,
      conditions: [{ type: "Suspended", status: "False", reason: "JobResumed" }],
    });
  });

  it("completes with SuccessCriteriaMet before Complete, and counts the pod once", async () => {
    const seen: string[][] = [];
    emulator.store.subscribe(() => seen.push(conditionTypes(findJob(emulator, "a"))));
    await create("a", { image: "done" });
    const job = await until(emulator, () => {
      const found = findJob(emulator, "a");
      return conditionTypes(found).includes("Complete") ? found : null;
    });
    expect(seen).toContainEqual(["SuccessCriteriaMet"]);
    expect(job?.status).toMatchObject({ succeeded: 1, completionTime: expect.any(String) });
    expect(podsOf(emulator, "a")[0]?.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
      exitCode: 0,
      reason: "Completed",
    });
  });

  it("fails with FailureTarget before Failed after one pod when backoffLimit is 0", async () => {
    const seen: string[][] = [];
    emulator.store.subscribe(() => seen.push(conditionTypes(findJob(emulator, "a"))));
    await create("a", { image: "fails" });
    await until(emulator, () => conditionTypes(findJob(emulator, "a")).includes("Failed"));
    expect(seen).toContainEqual(["FailureTarget"]);
    expect(podsOf(emulator, "a")).toHaveLength(1);
    expect(findJob(emulator, "a")?.status.failed).toBe(1);
    expect(podsOf(emulator, "a")[0]?.status.containerStatuses?.[0]?.state.terminated?.exitCode).toBe(3);
  });

  it("replaces failed pods up to backoffLimit, as the default of 6 would", async () => {
    emulator.settings.set({ podFailureBackoffMs: 1 });
    await create("a", { image: "fails", spec: { backoffLimit: 2 } });
    await until(emulator, () => conditionTypes(findJob(emulator, "a")).includes("Failed"));
    expect(podsOf(emulator, "a")).toHaveLength(3);
    expect(emulator.timeline.maxConcurrent()).toBe(1);
  });

  it("ends a Job at its deadline and takes the running pod along", async () => {
    await create("a", { spec: { activeDeadlineSeconds: 1 } });
    const job = await until(emulator, () => {
      const found = findJob(emulator, "a");
      return conditionTypes(found).includes("Failed") ? found : null;
    });
    expect(job?.status.conditions?.at(-1)?.reason).toBe("DeadlineExceeded");
    await until(emulator, () => podsOf(emulator, "a").length === 0);
  });

  it("ends it though the timer fires before the clock has come there, as timers do by a moment", async () => {
    await emulator.close();
    const startedAt = Date.now();
    const clock = () => startedAt + Math.floor((Date.now() - startedAt) * 0.9);
    emulator = await createKubernetesEmulator({ images: TEST_IMAGES, clock });
    await create("a", { spec: { activeDeadlineSeconds: 1 } });
    await until(emulator, () => conditionTypes(findJob(emulator, "a")).includes("Failed"));
  });

  it("deletes a finished Job after its TTL", async () => {
    await create("a", { image: "done", spec: { ttlSecondsAfterFinished: 0 } });
    await untilEvent(emulator, "a", "Completed");
    await until(emulator, () => findJob(emulator, "a") === undefined);
    expect(podsOf(emulator, "a")).toEqual([]);
  });

  it("orphans the running pod when a Job is deleted without a propagation policy", async () => {
    await create("a");
    const pod = await untilRunning(emulator, "a");
    const { body } = await call(emulator, "DELETE", `${JOBS}/a`);
    expect(body.metadata.finalizers).toEqual(["orphan"]);
    await until(emulator, () => findJob(emulator, "a") === undefined);
    await until(emulator, () => podsOf(emulator, "a")[0]?.metadata.finalizers === undefined);
    expect(podsOf(emulator, "a")[0]?.status.phase).toBe("Running");
    expect(emulator.timeline.runningAt(Date.now()).map(({ workload }) => workload)).toEqual([pod.metadata.name]);
  });

  it("stops the pod and drops the owned Secret when a Job is deleted in the background", async () => {
    const { body } = await create("a");
    const ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name: "a", uid: body.metadata.uid }];
    await call(emulator, "POST", SECRETS, { metadata: { name: "a", ownerReferences }, stringData: { X: "1" } });
    await untilRunning(emulator, "a");
    await call(emulator, "DELETE", `${JOBS}/a`, { propagationPolicy: "Background" });
    expect(findJob(emulator, "a")).toBeUndefined();
    await until(emulator, () => podsOf(emulator, "a").length === 0 && emulator.store.list("secrets").length === 0);
    expect(emulator.timeline.runningAt(Date.now())).toEqual([]);
  });

  it("refuses a name that is still being deleted with a message of its own", async () => {
    await create("a", { image: "stubborn" });
    await untilUp(emulator, "a");
    await call(emulator, "DELETE", `${JOBS}/a`, { propagationPolicy: "Foreground" });
    const again = await create("a");
    expect([again.status, again.body.reason]).toEqual([409, "AlreadyExists"]);
    expect(again.body.message).toBe('object is being deleted: jobs.batch "a" already exists');
    await until(emulator, () => findJob(emulator, "a") === undefined);
  });

  it("deletes only under the right uid", async () => {
    await create("a", { spec: { suspend: true } });
    const body = { propagationPolicy: "Background", preconditions: { uid: "another" } };
    const refused = await call(emulator, "DELETE", `${JOBS}/a`, body);
    expect([refused.status, refused.body.reason]).toEqual([409, "Conflict"]);
    expect(findJob(emulator, "a")).toBeDefined();
  });

  it("starts no second pod while the first is still terminating under podReplacementPolicy Failed", async () => {
    await create("a", { image: "stubborn", spec: { backoffLimit: 3 } });
    const pod = await untilUp(emulator, "a");
    const { adminToken: token } = emulator;
    await call(emulator, "DELETE", `/api/v1/namespaces/bots/pods/${pod.metadata.name}`, undefined, { token });
    await until(emulator, () =>
      podsOf(emulator, "a").some(({ metadata, status }) => {
        return metadata.name !== pod.metadata.name && status.phase === "Running";
      }),
    );
    expect(emulator.timeline.maxConcurrent()).toBe(1);
  });

  it("shows a quota on pods only as a FailedCreate event and creates the pod when there is room", async () => {
    emulator.settings.set({ quotaPods: 0, createRetryMs: 20 });
    expect((await create("a")).status).toBe(201);
    const event = await untilEvent(emulator, "a", "FailedCreate");
    expect(event).toMatchObject({ type: "Warning", source: { component: "job-controller" } });
    expect(event.message).toMatch(/^Error creating: pods "a-\w{5}" is forbidden: exceeded quota: .*pods=1/);
    expect(findJob(emulator, "a")?.status.conditions).toBeUndefined();
    emulator.settings.set({ quotaPods: 1 });
    await untilRunning(emulator, "a");
  });

  it("keeps a pod waiting for its Secret until the Secret is there", async () => {
    await create("a", { container: { envFrom: [{ secretRef: { name: "words" } }] } });
    const waiting = await untilWaiting(emulator, "a", "CreateContainerConfigError");
    expect(waiting.status.containerStatuses?.[0]?.state.waiting?.message).toBe('secret "words" not found');
    await call(emulator, "POST", SECRETS, { metadata: { name: "words" }, data: { WORD: "aGVsbG8=" } });
    const { metadata } = await untilRunning(emulator, "a");
    const { core } = connectClient(emulator);
    const read = () => core.readNamespacedPodLog({ namespace: "bots", name: metadata.name, tailLines: 1 });
    await expect.poll(read).toBe("up hello\n");
  });
});
