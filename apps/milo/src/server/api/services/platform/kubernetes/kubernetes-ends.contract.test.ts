import type { Disruption, KubernetesEmulator } from "@milo/emulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostMortem, WorkloadRef } from "../platform-service.ts";
import { ContractBench } from "../testing/contract-bench.ts";
import { askAsAdmin, emulatorHarness, isListening, startEmulator } from "./testing/kubernetes-harness.ts";

/** What becomes of a running bot on Kubernetes, as the watch sees it, and what is kept of it. */
describe("a running bot on Kubernetes", () => {
  const bench = new ContractBench();
  let emulator: KubernetesEmulator;
  beforeAll(async () => {
    emulator = await startEmulator();
    bench.begin(emulatorHarness(emulator));
  });
  afterAll(() => bench.end());

  async function listening() {
    const service = bench.harness.service();
    const ref = await bench.running(service, bench.attempt(service));
    const pods = await askAsAdmin(emulator, "GET", `pods?labelSelector=milo.dev%2Flaunch-key%3D${ref.launchKey}`);
    const [item] = pods.body.items ?? [];
    const { name: pod } = { name: "", ...item?.metadata };
    await bench.until("it listens", () => isListening(emulator, pod));
    const disrupt = (disruption: Disruption) => emulator.disruptPod(pod, disruption, 3);
    return { service, ref, disrupt };
  }
  /** Stops it until it is gone; answers all that was kept, one upon the other. */
  async function stopped({ service, ref }: { service: ReturnType<typeof bench.harness.service>; ref: WorkloadRef }) {
    let kept: PostMortem = {};
    const keep = async (postMortem: PostMortem) => {
      kept = { ...kept, ...JSON.parse(JSON.stringify(postMortem)) };
    };
    await bench.until("it is gone", async () => (await service.stop(ref, { keep })).kind === "gone");
    return kept;
  }

  it("leaves its exit code, its times, its conditions and its last words", async () => {
    const bot = await listening();
    bot.disrupt("exit-code");
    await bench.until("it has ended", async () => (await bench.workload(bot.service, bot.ref))?.state === "ended");
    expect(await stopped(bot)).toMatchObject({
      status: "Failed",
      exitCode: 3,
      log: ["ready to be told"],
      startedAt: expect.stringMatching(/^2/),
      finishedAt: expect.stringMatching(/^2/),
      conditions: expect.arrayContaining([expect.objectContaining({ type: "Event" })]),
    });
  });

  it("leaves its last words also when milo ends it, after which its pod is removed at once", async () => {
    expect(await stopped(await listening())).toMatchObject({ status: "Running", log: ["ready to be told"] });
  });

  it("is stopped though its log cannot be read, and the reason is kept in its place", async () => {
    const bot = await listening();
    emulator.addCannedFault("unavailable", { operation: "read-pod-log" });
    const kept = await stopped(bot);
    emulator.faults.clear();
    expect(kept.log).toBeUndefined();
    expect(kept.missing).toMatch(/log/);
  });

  it("is seen to be taken away while it still runs, and ended by infrastructure when it has gone", async () => {
    const bot = await listening();
    bot.disrupt("evict");
    let noticed = "";
    await bench.until("it has ended", async () => {
      const seen = await bench.workload(bot.service, bot.ref);
      noticed ||= seen?.reclaim?.reason ?? "";
      if (seen?.reclaim !== undefined) expect(seen.state).toBe("running");
      return seen?.state === "ended";
    });
    expect(noticed).toMatch(/TerminationByKubelet.*low on resource/);
    expect((await bench.workload(bot.service, bot.ref))?.end).toMatchObject({ infrastructure: true });
    expect(await stopped(bot)).toMatchObject({ reason: expect.stringContaining("Evicted") });
  });
});
