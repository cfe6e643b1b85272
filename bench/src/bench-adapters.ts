import { EcsPlatformService } from "@milo/milo/server/api/services/platform/aws-ecs/ecs-platform-service.ts";
import { DEFAULT_ECS_TIMEOUTS } from "@milo/milo/server/api/services/platform/aws-ecs/ecs-settings.ts";
import { CoolifyPlatformService } from "@milo/milo/server/api/services/platform/coolify/coolify-platform-service.ts";
import {
  DEFAULT_COOLIFY_TIMEOUTS,
  DEFAULT_DEPLOYMENT_STUCK_MS,
  DEFAULT_STATUS_SETTLE_MS,
} from "@milo/milo/server/api/services/platform/coolify/coolify-settings.ts";
import { KubernetesPlatformService } from "@milo/milo/server/api/services/platform/kubernetes/kubernetes-platform-service.ts";
import type { PlatformService } from "@milo/milo/server/api/services/platform/platform-service.ts";
import type { DeploymentPlatform } from "@milo/placement";
import type { AdapterSetup, EmulatedPlatforms } from "./messages.ts";
import { serveDispatcher } from "./serve-dispatcher.ts";

/** The real dispatcher with the real adapters of the platforms that are emulated. */
await serveDispatcher<AdapterSetup>(({ emulated }) => (platform, installationId) => {
  return connect(platform, emulated, installationId);
});

function connect(
  platform: DeploymentPlatform,
  { k8s, aws, coolify }: EmulatedPlatforms,
  installationId: string,
): PlatformService | null {
  if (platform === "k8s" && k8s !== undefined) {
    const { kubeconfig, ...settings } = k8s;
    const access = { kind: "kubeconfig-text", text: kubeconfig } as const;
    return new KubernetesPlatformService({ ...settings, access, installationId, now: Date.now });
  }
  if (platform === "aws" && aws !== undefined) {
    return new EcsPlatformService({ ...aws, installationId, timeouts: DEFAULT_ECS_TIMEOUTS });
  }
  if (platform === "coolify" && coolify !== undefined) {
    return new CoolifyPlatformService({
      ...coolify,
      installationId,
      statusSettleMs: DEFAULT_STATUS_SETTLE_MS,
      deploymentStuckMs: DEFAULT_DEPLOYMENT_STUCK_MS,
      timeouts: DEFAULT_COOLIFY_TIMEOUTS,
    });
  }
  return null;
}
