import { type KubernetesEmulator, sentinelImage } from "@milo/emulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Attempt, ContractBench, never } from "../testing/contract-bench.ts";
import { KubernetesPlatformService } from "./kubernetes-platform-service.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";
import { emulatorHarness, emulatorSettings, startEmulator } from "./testing/kubernetes-harness.ts";

type Tag = Parameters<typeof sentinelImage<"kubernetes">>[1];
/** Ahead of the emulator's clock by more than every patience, so that no test waits a minute. */
const AHEAD_MS = 90_000;
const WATCHES = 3;
const PATIENT = { timeout: 20_000, interval: 20 };
const FOLLOW_TIMES = { retryBaseMs: 50, retryCapMs: 500 };

const bench = new ContractBench();
let emulator: KubernetesEmulator;
beforeEach(async () => {
  emulator = await startEmulator();
  bench.begin(emulatorHarness(emulator));
});
afterEach(() => bench.end());

function serviceOf(image: string, changes: Partial<KubernetesSettings> = {}): KubernetesPlatformService {
  return new KubernetesPlatformService({
    ...emulatorSettings(emulator),
    images: { zoom: image, "google-meet": image, "microsoft-teams": image },
    followTimes: FOLLOW_TIMES,
    now: () => Date.now() + AHEAD_MS,
    ...changes,
  });
}
const failing = (tag: Tag, changes?: Partial<KubernetesSettings>) =>
  serviceOf(sentinelImage<"kubernetes">("bot", tag), changes);

type Followed = { looks: number; troubles: string[]; stop(): Promise<void> };

/** Follows, and waits until all watches are open. */
async function follow(service: KubernetesPlatformService): Promise<Followed> {
  const ending = new AbortController();
  const followed: Followed = {
    looks: 0,
    troubles: [],
    stop: () => {
      ending.abort();
      return done;
    },
  };
  const listener = {
    onEvidence: () => {
      followed.looks += 1;
    },
    onTrouble: (reason: string) => void followed.troubles.push(reason),
  };
  const done = service.follow(listener, ending.signal);
  await expect.poll(() => emulator.countWatches(), PATIENT).toBe(WATCHES);
  return followed;
}

async function started(service: KubernetesPlatformService, attempt: Attempt = bench.attempt(service)) {
  const ref = await bench.created(service, attempt);
  expect(await service.start(ref, attempt.secrets, { signal: never() })).toEqual({ kind: "started" });
  return ref;
}

/** One launch that will not start; answers once it was told of. */
async function expectEvidence(service: KubernetesPlatformService, followed: Followed): Promise<void> {
  const before = followed.looks;
  await started(service);
  await expect.poll(() => followed.looks, PATIENT).toBeGreaterThan(before);
}

describe("following Jobs, pods and refused pods", { timeout: 60_000 }, () => {
  const TAGS: Tag[] = [
    "image-pull-backoff",
    "invalid-image-name",
    "unschedulable",
    "pod-quota",
    "pod-security",
    "create-container-config-error",
    "start-error",
  ];
  it.each(TAGS)("tells of %s once a listing shows that the bot will not start", async (tag) => {
    const service = failing(tag);
    const followed = await follow(service);
    const ref = await started(service);
    await expect.poll(() => followed.looks, PATIENT).toBeGreaterThan(0);
    const listed = await service.list();
    const mine = listed.kind === "listed" && listed.workloads.find((one) => one.launchKey === ref.launchKey);
    expect(mine).toMatchObject({ startFailure: { class: expect.any(String) } });
    await followed.stop();
  });

  it("tells at the end of the grace, though nothing further happens", async () => {
    const GRACE_MS = 1_500;
    const service = failing("unschedulable", { now: Date.now, unschedulableGraceMs: GRACE_MS });
    const followed = await follow(service);
    const ref = await started(service);
    await expect.poll(() => followed.looks, PATIENT).toBe(1);
    const [pod] = emulator.store.list("pods");
    const sinceMs = Date.parse(pod?.status.conditions?.[0]?.lastTransitionTime ?? "");
    expect(Date.now()).toBeGreaterThan(sinceMs + GRACE_MS);
    const listed = await service.list();
    const mine = listed.kind === "listed" && listed.workloads.find((one) => one.launchKey === ref.launchKey);
    expect(mine).toMatchObject({ startFailure: { class: "capacity" } });
    await followed.stop();
  });

  it("tells of a bot that has ended", async () => {
    const service = bench.harness.service() as KubernetesPlatformService;
    const followed = await follow(service);
    await bench.running(service, bench.attempt(service));
    expect(followed.looks).toBe(0);
    emulator.disruptPod(emulator.store.list("pods")[0]?.metadata.name ?? "", "oom-kill");
    await expect.poll(() => followed.looks, PATIENT).toBeGreaterThan(0);
    const listed = await service.list();
    expect(listed).toMatchObject({ workloads: [{ state: "ended", end: { exitCode: 137 } }] });
    await followed.stop();
  });

  it("asks for nothing and tells nothing while a burst of bots starts well", async () => {
    const service = serviceOf("bot:1");
    const followed = await follow(service);
    const attempts = Array.from({ length: 12 }, () => bench.attempt(service));
    const before = emulator.requests().length;
    const refs = await Promise.all(attempts.map((attempt) => started(service, attempt)));
    await expect
      .poll(() => emulator.store.list("pods").filter((pod) => pod.status.phase === "Running").length, PATIENT)
      .toBe(refs.length);
    const asked = emulator.requests().slice(before);
    expect(asked.filter(({ operation }) => /^(list|get|watch)-/.test(operation))).toEqual([]);
    expect(followed.looks).toBe(0);
    await followed.stop();
  });

  it("tells once of each bot in a burst that fails, whatever the kubelet goes on to say of it", async () => {
    const service = failing("image-pull-backoff");
    const followed = await follow(service);
    await Promise.all(Array.from({ length: 10 }, () => started(service)));
    await expect.poll(() => followed.looks, PATIENT).toBeGreaterThan(0);
    const version = emulator.store.revision();
    await expect.poll(() => emulator.store.revision(), PATIENT).toBeGreaterThan(version + 40);
    expect(followed.looks).toBeLessThanOrEqual(10);
    await followed.stop();
  });
});

describe("a watch that ends", { timeout: 60_000 }, () => {
  it.each(["expire", "cut", "close"] as const)("goes on after %s, and misses nothing", async (fault) => {
    const service = failing("invalid-image-name");
    const followed = await follow(service);
    emulator.disturbWatches(fault);
    await expectEvidence(service, followed);
    emulator.disturbWatches(fault);
    await expect.poll(() => emulator.countWatches(), PATIENT).toBe(WATCHES);
    await expectEvidence(service, followed);
    expect(followed.troubles).toEqual([]);
    await followed.stop();
  });

  it("is given up when it falls silent, and what happened meanwhile is told", async () => {
    const service = failing("invalid-image-name", {
      followTimes: { ...FOLLOW_TIMES, timeoutSeconds: 1, silenceMs: 1_300 },
    });
    const followed = await follow(service);
    emulator.disturbWatches("stall");
    await expectEvidence(service, followed);
    await followed.stop();
  });

  it("is opened again, with patience, when the API server is restarted", async () => {
    const service = failing("invalid-image-name");
    const followed = await follow(service);
    await emulator.goOffline(700);
    await expect.poll(() => emulator.countWatches(), PATIENT).toBe(0);
    await expect.poll(() => emulator.countWatches(), PATIENT).toBe(WATCHES);
    await expectEvidence(service, followed);
    expect(followed.troubles[0]).toContain("not reachable");
    await followed.stop();
  });

  it.each(["throttled", "etcd-leader-lost", "bad-gateway"] as const)("is opened again after %s", async (fault) => {
    const service = failing("invalid-image-name");
    const followed = await follow(service);
    emulator.addCannedFault(fault, { operation: "watch-*" }, WATCHES * 2);
    emulator.disturbWatches("cut");
    await expect.poll(() => emulator.countWatches(), PATIENT).toBe(WATCHES);
    await expectEvidence(service, followed);
    await followed.stop();
  });

  it("does not hammer a server that ends each watch at once", async () => {
    const service = serviceOf("bot:1", { followTimes: { retryBaseMs: 200, retryCapMs: 2_000 } });
    const followed = await follow(service);
    const opened = () => emulator.requests().filter(({ operation }) => operation === "watch-pods").length;
    const before = opened();
    const endAtMs = Date.now() + 2_000;
    while (Date.now() < endAtMs) {
      emulator.disturbWatches("close");
      await new Promise(setImmediate);
    }
    // Pauses of at least 100, 200, 400, 800 and 1,000 ms: five in two seconds.
    expect(opened() - before).toBeLessThanOrEqual(6);
    await followed.stop();
  });

  it("is told of when it is not allowed, while the others go on", async () => {
    emulator.settings.set({ denied: "watch events" });
    const service = failing("invalid-image-name");
    const ending = new AbortController();
    const troubles: string[] = [];
    let looks = 0;
    const listener = { onEvidence: () => void looks++, onTrouble: (reason: string) => void troubles.push(reason) };
    const done = service.follow(listener, ending.signal);
    await expect.poll(() => troubles.length, PATIENT).toBe(1);
    expect(troubles[0]).toContain("cannot watch");
    await started(service);
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(0);
    ending.abort();
    await done;
  });
});

describe("the end of following", { timeout: 60_000 }, () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

  it("closes every watch and leaves no timer, whatever was pending", async () => {
    const service = failing("unschedulable", { now: Date.now });
    const followed = await follow(service);
    await started(service);
    await expect.poll(() => emulator.store.list("pods").length, PATIENT).toBe(1);
    const before = timers();
    await followed.stop();
    await expect.poll(() => emulator.countWatches(), PATIENT).toBe(0);
    // For each watch the emulator's time limit, its bookmarks and our silence timer; and the end of the grace.
    await expect.poll(timers, PATIENT).toBeLessThanOrEqual(before - WATCHES * 3 - 1);
  });

  it("does not wait for a server that never answers, nor for the end of a pause", async () => {
    emulator.faults.add({ match: { operation: "watch-*" }, fault: "timeout-before" });
    const ending = new AbortController();
    const listener = { onEvidence: () => {}, onTrouble: () => {} };
    const hanging = serviceOf("bot:1").follow(listener, ending.signal);
    const pausing = serviceOf("bot:1", {
      access: emulatorSettings(emulator, { endpoint: "nobody" }).access,
      followTimes: { retryBaseMs: 60_000, retryCapMs: 60_000 },
    }).follow(listener, ending.signal);
    await expect.poll(() => emulator.requests().length, PATIENT).toBeGreaterThanOrEqual(WATCHES);
    const beganAtMs = performance.now();
    ending.abort();
    await Promise.all([hanging, pausing]);
    expect(performance.now() - beganAtMs).toBeLessThan(5_000);
  });
});
