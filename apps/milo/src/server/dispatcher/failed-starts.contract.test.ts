import { createKubernetesEmulator, type KubernetesEmulator, sentinelImage } from "@milo/emulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KubernetesPlatformService } from "#server/api/services/platform/kubernetes/kubernetes-platform-service.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { startTestDispatcher } from "#server/testing/test-dispatcher.ts";
import { DEFAULT_TIMES } from "../../config/times.ts";

/** No regular listing falls into a test: whatever moves a bot on was told by the cluster. */
const RARELY = { ...DEFAULT_TIMES, platformListMs: 600_000 };
const PATIENT = { timeout: 30_000, interval: 20 };
const SPACING_MS = 500;

type Tag = Parameters<typeof sentinelImage<"kubernetes">>[1];

describe("a launch that Kubernetes takes and cannot start", { timeout: 60_000 }, () => {
  const plan = testPlan({ k8s: 50, aws: 50 });
  let milo: TestMilo;
  let cluster: KubernetesEmulator;
  let aws: FakePlatform;
  beforeEach(async () => {
    milo = await createTestMilo();
    cluster = await createKubernetesEmulator({ images: { bot: ["sleep", "600"] } });
    aws = createFakePlatform("aws");
  });
  afterEach(async () => {
    await cluster.close();
    await milo[Symbol.asyncDispose]();
  });

  async function start(image: string) {
    const k8s = new KubernetesPlatformService({
      access: { kind: "kubeconfig-text", text: cluster.kubeconfig() },
      namespace: cluster.namespace,
      installationId: (await readInstallation(milo.sql)).id,
      images: { zoom: image, "google-meet": image, "microsoft-teams": image },
      unschedulableGraceMs: 1_000,
      now: Date.now,
    });
    const dispatcher = await startTestDispatcher(milo.open(10).sql, plan, [k8s, aws], { times: RARELY });
    await expect.poll(() => cluster.countWatches(), PATIENT).toBe(3);
    return dispatcher;
  }
  const failures = () => milo.sql<{ class: string }[]>`
    SELECT failure_class AS class FROM deployments WHERE platform = 'k8s' AND attempt = 1 ORDER BY bot_id`;

  const TAGS: [Tag, string][] = [
    ["pod-quota", "capacity"],
    ["invalid-image-name", "config"],
    ["unschedulable", "capacity"],
    ["image-pull-backoff", "config"],
  ];
  it.each(TAGS)("is begun elsewhere on the cluster's word alone: %s is %s", async (tag, failureClass) => {
    await using _dispatcher = await start(sentinelImage<"kubernetes">("bot", tag));
    await enqueue(milo.sql, plan);
    await expect.poll(() => aws.creates.length, PATIENT).toBe(1);
    expect(await failures()).toEqual([{ class: failureClass }]);
  });

  it("is one of thirty that cost a few listings together, not one each", async () => {
    await using _dispatcher = await start(sentinelImage<"kubernetes">("bot", "pod-quota"));
    const BOTS = 30;
    const listings = () => cluster.requests().filter(({ operation }) => operation === "list-jobs").length;
    const before = listings();
    const beganAtMs = performance.now();
    await Promise.all(Array.from({ length: BOTS }, () => enqueue(milo.sql, plan)));
    await expect.poll(() => aws.creates.length, PATIENT).toBe(BOTS);
    const tookMs = performance.now() - beganAtMs;
    // Health probes list Jobs, too, in steps of their own.
    const probes = tookMs / RARELY.healthCheckMs + 1;
    expect(listings() - before).toBeLessThanOrEqual(tookMs / SPACING_MS + 2 + probes);
    expect((await failures()).every((failure) => failure.class === "capacity")).toBe(true);
  });

  it("is begun elsewhere though its cluster's watches were cut a moment before", async () => {
    await using _dispatcher = await start(sentinelImage<"kubernetes">("bot", "pod-quota"));
    cluster.disturbWatches("cut");
    await enqueue(milo.sql, plan);
    await expect.poll(() => aws.creates.length, PATIENT).toBe(1);
  });
});
