import { z } from "zod";
import type { EcsSettings } from "#server/api/services/platform/aws-ecs/ecs-settings.ts";
import { perMeetingPlatformShape, readPerMeetingPlatform } from "./per-meeting-platform.ts";
import { type ConfigReading, isComplete, readShape } from "./read-shape.ts";
import { flagText, listText, pairsText, plainText, type VariableMeta, variableRegistry } from "./variable.ts";

/**
 * What the environment says of ECS; the composition root adds the installation and the adapter's own timeouts.
 * Credentials and AWS_ENDPOINT_URL_ECS are the SDK's own to read.
 */
export type AwsConfig = Omit<EcsSettings, "installationId" | "timeouts" | "credentials" | "endpoint">;

const NEEDED = "when aws is used (in PLATFORM_PRIORITY, with a limit)";
const about = (meaning: string, example: string, more: Partial<VariableMeta> = {}): VariableMeta => ({
  meaning,
  example,
  processes: ["dispatcher"],
  ...more,
});

export const AWS_SHAPE = {
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region's name")
    .register(
      variableRegistry,
      about("The region of the cluster. Credentials come from the AWS SDK's own chain.", "eu-central-1", {
        requiredWhen: NEEDED,
      }),
    ),
  AWS_ECS_CLUSTER: plainText().register(
    variableRegistry,
    about("The cluster's name or ARN.", "meeting-bots", { requiredWhen: NEEDED }),
  ),
  AWS_ECS_SUBNETS: listText().register(
    variableRegistry,
    about("Subnets of the tasks, best in several availability zones.", "subnet-0a1b2c3d,subnet-4e5f6a7b", {
      requiredWhen: NEEDED,
    }),
  ),
  AWS_ECS_SECURITY_GROUPS: listText().register(
    variableRegistry,
    about("Security groups of the tasks; they must let bots out.", "sg-0a1b2c3d", { requiredWhen: NEEDED }),
  ),
  AWS_ECS_ASSIGN_PUBLIC_IP: flagText()
    .default(false)
    .register(variableRegistry, about("Whether tasks get a public address (subnets without a NAT need one).", "true")),
  AWS_ECS_CONTAINER_NAME: plainText()
    .default("bot")
    .register(variableRegistry, about("The container in the task definition that is the bot.", "bot")),
  AWS_ECS_USE_SPOT: flagText()
    .default(false)
    .register(variableRegistry, about("Ask for Fargate Spot first, and for on-demand when it is refused.", "true")),
  AWS_ECS_PLATFORM_VERSION: plainText()
    .default("LATEST")
    .register(variableRegistry, about("The Fargate platform version.", "1.4.0")),
  AWS_ECS_TAGS: pairsText().optional().register(variableRegistry, about("Further tags of each task.", "team=meetings")),
};

const TASK_DEFINITIONS = {
  variable: "AWS_ECS_TASK_DEF",
  what: "The task definition, with its revision,",
  example: "meeting-bot:7",
  makeSchema: () =>
    z
      .string()
      .regex(
        /^(arn:aws[a-z-]*:ecs:[^:]+:\d+:task-definition\/)?[A-Za-z0-9_-]+:\d+$/,
        "must name a revision (family:revision or an ARN), so that a re-sent request cannot mean another image",
      ),
};
export const AWS_TASK_DEFINITIONS_SHAPE = perMeetingPlatformShape(TASK_DEFINITIONS);

/** Reads what the ECS adapter needs; undefined when something is wrong, which the reading then says. */
export function readAws(reading: ConfigReading): AwsConfig | undefined {
  const values = readShape(AWS_SHAPE, reading);
  const definitions = readPerMeetingPlatform(TASK_DEFINITIONS, AWS_TASK_DEFINITIONS_SHAPE, reading);
  if (!definitions || !isComplete(AWS_SHAPE, values)) return undefined;
  const containerName = values.AWS_ECS_CONTAINER_NAME;
  return {
    region: values.AWS_REGION,
    cluster: values.AWS_ECS_CLUSTER,
    taskDefinitions: {
      zoom: { taskDefinition: definitions.zoom, containerName },
      "google-meet": { taskDefinition: definitions["google-meet"], containerName },
      "microsoft-teams": { taskDefinition: definitions["microsoft-teams"], containerName },
    },
    subnets: values.AWS_ECS_SUBNETS,
    securityGroups: values.AWS_ECS_SECURITY_GROUPS,
    assignPublicIp: values.AWS_ECS_ASSIGN_PUBLIC_IP,
    useSpot: values.AWS_ECS_USE_SPOT,
    platformVersion: values.AWS_ECS_PLATFORM_VERSION,
    tags: values.AWS_ECS_TAGS ?? {},
  };
}
