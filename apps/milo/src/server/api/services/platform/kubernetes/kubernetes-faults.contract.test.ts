import { type CannedFault, type Disruption, type KubernetesEmulator, sentinelImage } from "@milo/emulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Attempt, ContractBench, never } from "../testing/contract-bench.ts";
import { KubernetesPlatformService } from "./kubernetes-platform-service.ts";
import {
  askAsAdmin,
  emulatorHarness,
  emulatorSettings,
  isListening,
  startEmulator,
} from "./testing/kubernetes-harness.ts";

const bench = new ContractBench();
let emulator: KubernetesEmulator;
beforeAll(async () => {
  emulator = await startEmulator();
  bench.begin(emulatorHarness(emulator));
});
afterAll(() => bench.end());

type Tag = Parameters<typeof sentinelImage<"kubernetes">>[1];
/** Ahead of the emulator's clock by more than every patience, so that no test waits a minute. */
const AHEAD_MS = 90_000;

/** A service of other bots, whose clock says that all patience is over. */
function serviceOfImage(image: string): KubernetesPlatformService {
  return new KubernetesPlatformService({
    ...emulatorSettings(emulator),
    images: { zoom: image, "google-meet": image, "microsoft-teams": image },
    now: () => Date.now() + AHEAD_MS,
  });
}

async function started(service: KubernetesPlatformService, attempt: Attempt) {
  const ref = await bench.created(service, attempt);
  expect(await service.start(ref, attempt.secrets, { signal: never() })).toEqual({ kind: "started" });
  return ref;
}

const podOf = async (launchKey: string) => {
  const pods = await askAsAdmin(emulator, "GET", `pods?labelSelector=milo.dev%2Flaunch-key%3D${launchKey}`);
  return (pods.body.items ?? []).map((pod) => pod.metadata as { name: string });
};

describe("a bot that does not start", () => {
  const FAILURES: [Tag, string][] = [
    ["image-pull-backoff", "config"],
    ["image-pull-server-error", "transient"],
    ["invalid-image-name", "config"],
    ["unschedulable", "capacity"],
    ["pod-quota", "capacity"],
    ["pod-security", "config"],
    ["create-container-config-error", "config"],
    ["start-error", "config"],
  ];
  for (const [tag, failureClass] of FAILURES) {
    it(`is ${failureClass} for ${tag}, seen alike by find and list, and can be stopped`, async () => {
      const service = serviceOfImage(sentinelImage<"kubernetes">("bot", tag));
      const ref = await started(service, bench.attempt(service));
      await bench.until(`${tag} shows`, async () => {
        return (await bench.workload(service, ref))?.startFailure !== undefined;
      });
      const seen = await bench.workload(service, ref);
      expect(seen?.startFailure?.class).toBe(failureClass);
      const listed = await service.list();
      const mine = listed.kind === "listed" && listed.workloads.find((one) => one.launchKey === ref.launchKey);
      expect(mine).toMatchObject({ startFailure: { class: failureClass } });
      await bench.until("it is gone", async () => (await service.stop(ref)).kind === "gone");
      expect((await bench.sightings(ref.launchKey)).running).toBe(0);
    });
  }
});

describe("a bot that ends", () => {
  const ENDS: [Disruption, { exitCode?: number; infrastructure: boolean }][] = [
    ["oom-kill", { exitCode: 137, infrastructure: false }],
    ["exit-code", { exitCode: 3, infrastructure: false }],
    ["evict", { infrastructure: true }],
  ];
  for (const [disruption, end] of ENDS) {
    it(`says after ${disruption} with what code, and whose doing it was`, async () => {
      const service = bench.harness.service();
      const ref = await bench.running(service, bench.attempt(service));
      const [pod] = await podOf(ref.launchKey);
      expect(emulator.disruptPod(pod?.name ?? "", disruption, 3)).toBe(true);
      await bench.until("it has ended", async () => (await bench.workload(service, ref))?.state === "ended");
      expect((await bench.workload(service, ref))?.end).toMatchObject(end);
      expect(await service.stop(ref)).toEqual({ kind: "gone" });
      await bench.until("its pod is removed with its Job", async () => (await podOf(ref.launchKey)).length === 0);
    });
  }

  it("is absent, never ended or gone, while its node is lost and it may still run", async () => {
    const service = bench.harness.service();
    const ref = await bench.running(service, bench.attempt(service));
    const [pod] = await podOf(ref.launchKey);
    await bench.until("it listens", () => isListening(emulator, pod?.name ?? ""));
    emulator.disruptPod(pod?.name ?? "", "node-lost");
    for (let look = 0; look < 5; look += 1) {
      expect((await service.stop(ref)).kind).toBe("stopping");
      expect(await service.find(ref)).toEqual({ kind: "absent" });
      const listed = await service.list();
      expect(listed.kind === "listed" && listed.workloads.some((one) => one.launchKey === ref.launchKey)).toBe(false);
    }
    expect((await bench.sightings(ref.launchKey)).running).toBe(1);
    emulator.disruptPod(pod?.name ?? "", "node-back");
    await bench.until("it is gone", async () => (await service.stop(ref)).kind === "gone");
    expect((await bench.sightings(ref.launchKey)).running).toBe(0);
  });

  it("is ended by its own hand when it was told to leave by a preemption and left well", async () => {
    const service = bench.harness.service();
    const ref = await bench.running(service, bench.attempt(service));
    const [pod] = await podOf(ref.launchKey);
    await bench.until("it listens", () => isListening(emulator, pod?.name ?? ""));
    emulator.disruptPod(pod?.name ?? "", "preempt");
    await bench.until("its pod is removed", async () => (await podOf(ref.launchKey)).length === 0);
    await bench.until("it has ended", async () => (await bench.workload(service, ref))?.state === "ended");
    expect((await bench.workload(service, ref))?.end).toMatchObject({ exitCode: 0, infrastructure: true });
    expect(await service.stop(ref)).toEqual({ kind: "gone" });
  });

  it("is absent, and neither ended nor gone, when its pod was removed and left no word", async () => {
    const service = serviceOfImage("abrupt-bot:1");
    const ref = await bench.running(service, bench.attempt(service));
    const [pod] = await podOf(ref.launchKey);
    emulator.disruptPod(pod?.name ?? "", "preempt");
    await bench.until("its pod is removed", async () => (await podOf(ref.launchKey)).length === 0);
    await bench.until("its Job has noticed", async () => (await bench.workload(service, ref)) === null);
    const listed = await service.list();
    expect(listed.kind === "listed" && listed.workloads.some((one) => one.launchKey === ref.launchKey)).toBe(false);
    expect(await service.stop(ref)).toEqual({ kind: "absent" });
  });

  it("is ended by us when its Job was deleted without it, or reported when we may not end it", async () => {
    const service = bench.harness.service();
    const ref = await bench.running(service, bench.attempt(service));
    await askAsAdmin(emulator, "DELETE", `jobs/${ref.launchKey}?propagationPolicy=Orphan`);
    await bench.until("its Job is gone", async () => {
      return (await askAsAdmin(emulator, "GET", `jobs/${ref.launchKey}`)).status === 404;
    });
    expect((await bench.workload(service, ref))?.state).toBe("running");
    // The smallest role does not include pods: then an operator has to end it.
    expect(await service.stop(ref)).toMatchObject({ kind: "failed", reason: expect.stringContaining("cannot delete") });
    const text = emulator.kubeconfig().replace(emulator.token, emulator.adminToken);
    const allowed = new KubernetesPlatformService({
      ...emulatorSettings(emulator),
      access: { kind: "kubeconfig-text", text },
    });
    await bench.stopped(allowed, ref);
    expect(await bench.sightings(ref.launchKey)).toMatchObject({ running: 0, signals: ["SIGTERM"] });
  });

  it("leaves no pod and no Secret behind", async () => {
    const service = bench.harness.service();
    const ref = await bench.running(service, bench.attempt(service));
    expect((await askAsAdmin(emulator, "GET", `secrets/${ref.launchKey}`)).status).toBe(200);
    await bench.until("it is gone", async () => (await service.stop(ref)).kind === "gone");
    await bench.until("its Secret is gone", async () => {
      return (await askAsAdmin(emulator, "GET", `secrets/${ref.launchKey}`)).status === 404;
    });
    expect(await podOf(ref.launchKey)).toEqual([]);
  });
});

describe("a create that is not taken", () => {
  const ANSWERS: [CannedFault, object][] = [
    ["quota-conflict", { kind: "failed", class: "transient" }],
    ["throttled", { kind: "failed", class: "throttled", retryAfterMs: expect.any(Number) }],
    ["webhook-failed", { kind: "unknown" }],
    ["etcd-leader-lost", { kind: "unknown" }],
    ["unavailable", { kind: "unknown" }],
    ["timeout", { kind: "unknown" }],
    ["bad-gateway", { kind: "unknown" }],
  ];
  for (const [fault, outcome] of ANSWERS) {
    it(`is answered as it is for ${fault}, and can be sent again`, async () => {
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      emulator.addCannedFault(fault, { operation: "create-job" }, 1);
      const send = (resend: boolean) => service.create(attempt.request, attempt.secrets, { resend, signal: never() });
      expect(await send(false)).toMatchObject(outcome);
      const again = await send(true);
      expect(again).toMatchObject({ kind: "created" });
      await bench.stopped(service, attempt.ref);
    });
  }

  it("is a fault of the settings in a namespace that is being deleted", async () => {
    const service = bench.harness.service();
    const attempt = bench.attempt(service);
    emulator.settings.set({ namespaceTerminating: true });
    const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
    emulator.settings.set({ namespaceTerminating: false });
    expect(made).toMatchObject({ kind: "failed", class: "config" });
  });

  it("is a matter of credentials when the token has expired", async () => {
    const service = bench.harness.service();
    const attempt = bench.attempt(service);
    emulator.settings.set({ tokenValid: false });
    const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
    const health = await service.checkHealth();
    emulator.settings.set({ tokenValid: true });
    expect(made).toMatchObject({ kind: "failed", class: "auth" });
    expect(health.healthy).toBe(false);
  });

  it("takes effect once when the Secret's answer is lost", async () => {
    const service = bench.harness.service();
    const attempt = bench.attempt(service);
    emulator.faults.add({ match: { operation: "create-secret" }, fault: "reset-after", times: 1 });
    const lost = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
    expect(lost).toMatchObject({ kind: "unknown" });
    const again = await service.create(attempt.request, attempt.secrets, { resend: true, signal: never() });
    expect(again).toMatchObject({ kind: "created", adopted: true });
    await bench.stopped(service, attempt.ref);
  });
});

describe("the platform's health", () => {
  it("is bad while the API server says that it is not ready", async () => {
    emulator.settings.set({ ready: false });
    expect(await bench.harness.service().checkHealth()).toMatchObject({ healthy: false });
    emulator.settings.set({ ready: true });
  });
});
