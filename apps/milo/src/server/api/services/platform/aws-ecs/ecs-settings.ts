import type { ECSClientConfig } from "@aws-sdk/client-ecs";
import type { MeetingPlatform } from "@milo/placement";

/** Which task definition attends a meeting platform, and the container in it that is the bot. */
export type EcsTaskDefinition = {
  /** `family:revision` or a full ARN: pinned, so that a re-sent request can't mean another image. */
  taskDefinition: string;
  containerName: string;
};

export type EcsTimeouts = {
  /** TCP and TLS set-up of one HTTP request. */
  connectMs: number;
  /** One HTTP request, its answer included. */
  requestMs: number;
  /** A whole operation of the port: every page, retry and wait together. */
  callMs: number;
};

export const DEFAULT_ECS_TIMEOUTS: EcsTimeouts = { connectMs: 2_000, requestMs: 8_000, callMs: 20_000 };

/** Everything the ECS adapter has to know. Credentials come from the SDK's own chain unless a test gives some. */
export type EcsSettings = {
  installationId: string;
  region: string;
  /** Overrides the region's public endpoint (VPC endpoint, test server). */
  endpoint?: string;
  /** Short name or ARN. */
  cluster: string;
  taskDefinitions: Readonly<Record<MeetingPlatform, EcsTaskDefinition>>;
  /** In several availability zones, if capacity in one is not to be the limit. */
  subnets: readonly string[];
  securityGroups: readonly string[];
  assignPublicIp: boolean;
  /** Ask for Fargate Spot first, and for on-demand when Spot is refused. */
  useSpot: boolean;
  /** A Fargate platform version, such as `1.4.0` or `LATEST`. */
  platformVersion: string;
  /** Further tags for each task; ours win where they collide. */
  tags: Readonly<Record<string, string>>;
  timeouts: EcsTimeouts;
  credentials?: ECSClientConfig["credentials"];
};
