import type { DeploymentPlatform } from "@milo/placement";
import { EcsPlatformService } from "#server/api/services/platform/aws-ecs/ecs-platform-service.ts";
import { DEFAULT_ECS_TIMEOUTS } from "#server/api/services/platform/aws-ecs/ecs-settings.ts";
import { CoolifyPlatformService } from "#server/api/services/platform/coolify/coolify-platform-service.ts";
import {
  DEFAULT_COOLIFY_TIMEOUTS,
  DEFAULT_DEPLOYMENT_STUCK_MS,
  DEFAULT_STATUS_SETTLE_MS,
} from "#server/api/services/platform/coolify/coolify-settings.ts";
import { KubernetesPlatformService } from "#server/api/services/platform/kubernetes/kubernetes-platform-service.ts";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import type { PlatformConfigs } from "../../config/read-config.ts";

/** The adapters of the configured platforms. Makes no connection. Throws a sentence for settings that cannot work. */
export function createPlatforms(
  configs: PlatformConfigs,
  installationId: string,
): ReadonlyMap<DeploymentPlatform, PlatformService> {
  const services: PlatformService[] = [];
  if (configs.k8s) services.push(new KubernetesPlatformService({ ...configs.k8s, installationId, now: Date.now }));
  if (configs.aws) {
    services.push(new EcsPlatformService({ ...configs.aws, installationId, timeouts: DEFAULT_ECS_TIMEOUTS }));
  }
  if (configs.coolify) {
    services.push(
      new CoolifyPlatformService({
        ...configs.coolify,
        installationId,
        statusSettleMs: DEFAULT_STATUS_SETTLE_MS,
        deploymentStuckMs: DEFAULT_DEPLOYMENT_STUCK_MS,
        timeouts: DEFAULT_COOLIFY_TIMEOUTS,
      }),
    );
  }
  return new Map(services.map((service) => [service.platform, service]));
}
