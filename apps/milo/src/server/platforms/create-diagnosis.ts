import type { DeploymentPlatform } from "@milo/placement";
import { EcsDiagnosis } from "#server/api/services/platform/aws-ecs/ecs-diagnosis.ts";
import { DEFAULT_ECS_TIMEOUTS } from "#server/api/services/platform/aws-ecs/ecs-settings.ts";
import { CoolifyDiagnosis } from "#server/api/services/platform/coolify/coolify-diagnosis.ts";
import {
  DEFAULT_COOLIFY_TIMEOUTS,
  DEFAULT_DEPLOYMENT_STUCK_MS,
  DEFAULT_STATUS_SETTLE_MS,
} from "#server/api/services/platform/coolify/coolify-settings.ts";
import { KubernetesDiagnosis } from "#server/api/services/platform/kubernetes/kubernetes-diagnosis.ts";
import type { CheckUp, PlatformDiagnosis } from "#server/api/services/platform/platform-diagnosis.ts";
import type { PlatformConfigs } from "../../config/read-config.ts";

/** The check-up of one configured platform, with the settings its adapter has; null for one without a configuration. */
export function createDiagnosis(
  platform: DeploymentPlatform,
  configs: PlatformConfigs,
  installationId: string,
  checkUp: CheckUp,
): PlatformDiagnosis | null {
  const { k8s, aws, coolify } = configs;
  if (platform === "k8s")
    return k8s ? new KubernetesDiagnosis({ ...k8s, installationId, now: Date.now }, checkUp) : null;
  if (platform === "aws") {
    return aws ? new EcsDiagnosis({ ...aws, installationId, timeouts: DEFAULT_ECS_TIMEOUTS }, checkUp) : null;
  }
  if (coolify === undefined) return null;
  const settings = {
    ...coolify,
    installationId,
    statusSettleMs: DEFAULT_STATUS_SETTLE_MS,
    deploymentStuckMs: DEFAULT_DEPLOYMENT_STUCK_MS,
    timeouts: DEFAULT_COOLIFY_TIMEOUTS,
  };
  return new CoolifyDiagnosis(settings, checkUp);
}
