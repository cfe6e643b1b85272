import { readFileSync } from "node:fs";
import type { PlatformService } from "../../platform-service.ts";
import type { PlatformHarness } from "../../testing/platform-harness.ts";
import { KubernetesPlatformService } from "../kubernetes-platform-service.ts";
import { accessFor, commonSettings } from "./kubernetes-harness.ts";

/** Sleeps until it is told to end; runs as any user and needs no file system. */
const IMAGE = "registry.k8s.io/pause:3.10";
const MISSING_IMAGE = "registry.k8s.io/there-is-no-such-image:none";
/** Its services see each other's bots only, whatever else runs in the namespace. */
const INSTALLATION_ID = "m2test";
const OTHER_INSTALLATION_ID = "zzzzzz";

/**
 * The cluster whose kubeconfig is named by MILO_TEST_KUBECONFIG, or null. Bots go into the namespace of
 * MILO_TEST_NAMESPACE (default `milo-test`), which must exist; all that bear our test installations are removed.
 */
export function openClusterHarness(): PlatformHarness | null {
  const path = process.env.MILO_TEST_KUBECONFIG;
  if (!path) return null;
  // Read now, so that a wrong path is an error and not a skipped suite.
  const text = readFileSync(path, "utf8");
  const service: PlatformHarness["service"] = (options = {}) => {
    const image = options.image === "missing" ? MISSING_IMAGE : IMAGE;
    return new KubernetesPlatformService({
      ...commonSettings({ installationId: INSTALLATION_ID, ...options }),
      access: accessFor(options, { kind: "kubeconfig-text", text }),
      namespace: process.env.MILO_TEST_NAMESPACE ?? "milo-test",
      images: { zoom: image, "google-meet": image, "microsoft-teams": image },
      resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { memory: "32Mi" } },
      terminationGracePeriodSeconds: 5,
      pageSize: 2,
    });
  };
  return {
    installationId: INSTALLATION_ID,
    service,
    createIsInert: true,
    moreThanOnePage: 5,
    patienceMs: 90_000,
    close: async () => {
      await removeAll(service());
      await removeAll(service({ installationId: OTHER_INSTALLATION_ID }));
    },
  };
}

async function removeAll(service: PlatformService): Promise<void> {
  const listed = await service.list();
  if (listed.kind === "failed") throw new Error(listed.reason);
  for (const { launchKey, identifier } of listed.workloads) {
    if (launchKey !== null) await service.stop({ launchKey, identifier, request: {} });
  }
}
