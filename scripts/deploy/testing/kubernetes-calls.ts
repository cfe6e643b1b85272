import { type KubernetesEmulator, type RequestLogEntry, sentinelImage } from "@milo/emulators";
import { KubernetesPlatformService } from "../../../apps/milo/src/server/api/services/platform/kubernetes/kubernetes-platform-service.ts";
import {
  askAsAdmin,
  emulatorHarness,
  emulatorSettings,
  startEmulator,
} from "../../../apps/milo/src/server/api/services/platform/kubernetes/testing/kubernetes-harness.ts";
import { ContractBench } from "../../../apps/milo/src/server/api/services/platform/testing/contract-bench.ts";

/** A Job of this age that has no pod is looked up in the events. */
const LONG_AGO_MS = 60_000;

export type KubernetesCalls = {
  namespace: string;
  /** What the adapter sent for bots that live and end as they should, or cannot start. */
  usual: readonly RequestLogEntry[];
  /** What it sent to end a bot whose Job somebody deleted without its pod. */
  orphaned: readonly RequestLogEntry[];
};

/** Has the adapter make every kind of call it knows to an emulated cluster, and answers what that cluster was sent. */
export async function recordKubernetesCalls(): Promise<KubernetesCalls> {
  await using emulator = await startEmulator();
  const bench = new ContractBench();
  bench.begin(emulatorHarness(emulator));
  await followForAMoment(bench, emulator);
  await liveAndEnd(bench);
  await failToStart(bench, {
    ...emulatorSettings(emulator),
    images: refusedImages(),
    now: () => Date.now() + LONG_AGO_MS,
  });
  const usual = [...emulator.requests()];

  const service = bench.harness.service();
  const ref = await bench.running(service, bench.attempt(service));
  const orphan = await askAsAdmin(emulator, "DELETE", `jobs/${ref.launchKey}`, { propagationPolicy: "Orphan" });
  if (orphan.status !== 200) throw new Error(`the Job could not be orphaned: HTTP ${orphan.status}`);
  const isThere = () => emulator.store.get("jobs", emulator.namespace, ref.launchKey) !== undefined;
  await bench.until("the Job is gone", async () => !isThere());
  const seen = emulator.requests().length;
  await service.stop(ref);
  return { namespace: emulator.namespace, usual, orphaned: emulator.requests().slice(seen) };
}

async function followForAMoment(bench: ContractBench, emulator: KubernetesEmulator): Promise<void> {
  const ending = new AbortController();
  const service = new KubernetesPlatformService(emulatorSettings(emulator));
  const following = service.follow({ onEvidence: () => {}, onTrouble: () => {} }, ending.signal);
  await bench.until("everything is watched", async () => emulator.countWatches() === 3);
  ending.abort();
  await following;
}

async function liveAndEnd(bench: ContractBench): Promise<void> {
  const service = bench.harness.service();
  const attempt = bench.attempt(service);
  await bench.created(service, attempt);
  // Made already: what is there is looked at and taken over, and then started.
  const ref = await bench.running(service, attempt);
  const listed = await service.list();
  const health = await service.checkHealth();
  if (listed.kind !== "listed" || !health.healthy) throw new Error("the emulated cluster is not well");
  await bench.stopped(service, ref);
}

/** No pod is ever made for it: why, only the events tell. */
async function failToStart(
  bench: ContractBench,
  settings: ConstructorParameters<typeof KubernetesPlatformService>[0],
): Promise<void> {
  const service = new KubernetesPlatformService(settings);
  const attempt = bench.attempt(service);
  const ref = await bench.created(service, attempt);
  await service.start(ref, attempt.secrets, { signal: new AbortController().signal });
  await bench.until("the events explain the missing pod", async () => {
    return (await bench.workload(service, ref))?.startFailure?.reason.includes("exceeded quota") === true;
  });
  await bench.stopped(service, ref);
}

function refusedImages(): ConstructorParameters<typeof KubernetesPlatformService>[0]["images"] {
  const image = sentinelImage<"kubernetes">("bot", "pod-quota");
  return { zoom: image, "google-meet": image, "microsoft-teams": image };
}
