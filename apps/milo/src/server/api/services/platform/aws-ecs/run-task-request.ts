import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { Launch, LaunchSecrets, RenderedRequest } from "../platform-service.ts";
import type { EcsSettings } from "./ecs-settings.ts";
import { startedByOf, TASK_TAGS } from "./task-tags.ts";

/** ECS refuses container overrides above this many characters of JSON [ECS API reference, TaskOverride]. */
export const MAX_OVERRIDES_LENGTH = 8_192;
/** Kept free in a rendered request for the attempt token, which joins when it is sent. */
const ATTEMPT_TOKEN_ROOM = 512;

/** Spot and on-demand are two requests of one attempt, each with a client token of its own. */
export type EcsForm = "spot" | "on_demand";

/** What is stored of a launch: RunTask's input without the attempt token. */
export type EcsRequest = { form: EcsForm; input: RunTaskCommandInput };

const storedRequest = z.object({
  form: z.enum(["spot", "on_demand"]),
  input: z.looseObject({
    cluster: z.string(),
    taskDefinition: z.string(),
    clientToken: z.string().min(1).max(64),
    startedBy: z.string().min(1).max(128),
    overrides: z.object({
      containerOverrides: z.tuple([
        z.object({ name: z.string(), environment: z.array(z.object({ name: z.string(), value: z.string() })) }),
      ]),
    }),
  }),
});

/** Reads a stored request back; null for one this adapter did not render. */
export function readRequest(request: RenderedRequest): EcsRequest | null {
  const parsed = storedRequest.safeParse(request);
  return parsed.success ? (parsed.data satisfies EcsRequest) : null;
}

/**
 * RunTask's input for a launch. Nothing in it depends on time or chance: sent again it has to be the very same,
 * or ECS answers ConflictException instead of the first task.
 */
export function renderRunTask(settings: EcsSettings, launch: Launch): EcsRequest {
  const definition = settings.taskDefinitions[launch.meetingPlatform];
  const form: EcsForm = settings.useSpot ? "spot" : "on_demand";
  const input: RunTaskCommandInput = {
    cluster: settings.cluster,
    taskDefinition: definition.taskDefinition,
    count: 1,
    ...placementOf(form),
    platformVersion: settings.platformVersion,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...settings.subnets],
        securityGroups: [...settings.securityGroups],
        assignPublicIp: settings.assignPublicIp ? "ENABLED" : "DISABLED",
      },
    },
    overrides: { containerOverrides: [{ name: definition.containerName, environment: environmentOf(launch) }] },
    clientToken: clientTokenOf(launch.launchKey, form),
    startedBy: startedByOf(launch.installationId, launch.launchKey),
    tags: tagsOf(settings, launch),
    enableECSManagedTags: true,
    propagateTags: "TASK_DEFINITION",
  };
  if (overridesLength(input) > MAX_OVERRIDES_LENGTH - ATTEMPT_TOKEN_ROOM) {
    throw new Error("The container overrides exceed what ECS accepts: MILO_PUBLIC_URL is too long.");
  }
  return { form, input };
}

/** The same launch for on-demand capacity, under a client token of its own. */
export function toOnDemand(request: EcsRequest, launchKey: string): EcsRequest {
  const { capacityProviderStrategy: _spot, ...input } = request.input;
  return {
    form: "on_demand",
    input: { ...input, ...placementOf("on_demand"), clientToken: clientTokenOf(launchKey, "on_demand") },
  };
}

/** The stored input with the attempt token in the bot container's environment: what goes over the wire. */
export function withAttemptToken(request: EcsRequest, secrets: LaunchSecrets): RunTaskCommandInput {
  const [bot] = request.input.overrides?.containerOverrides ?? [];
  const environment = [...(bot?.environment ?? []), { name: "MILO_ATTEMPT_TOKEN", value: secrets.attemptToken }];
  return { ...request.input, overrides: { containerOverrides: [{ ...bot, environment }] } };
}

/** Characters of JSON in the overrides, as ECS counts them. */
export function overridesLength(input: RunTaskCommandInput): number {
  return JSON.stringify(input.overrides ?? {}).length;
}

/** At most 64 characters: the launch key has at most 63 and ends in a digit, so one letter tells the forms apart. */
function clientTokenOf(launchKey: string, form: EcsForm): string {
  return `${launchKey}${form === "spot" ? "s" : "d"}`;
}

/**
 * Never both providers in one strategy: ECS spreads over them by weight and doesn't fail over, so the on-demand
 * form is a request of its own. `launchType` needs no provider associated with the cluster.
 */
function placementOf(form: EcsForm): Pick<RunTaskCommandInput, "capacityProviderStrategy" | "launchType"> {
  if (form === "on_demand") return { launchType: "FARGATE" };
  return { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] };
}

function environmentOf(launch: Launch): { name: string; value: string }[] {
  return [
    { name: "MILO_URL", value: launch.miloUrl },
    { name: "MILO_LAUNCH_KEY", value: launch.launchKey },
  ];
}

function tagsOf(settings: EcsSettings, launch: Launch): { key: string; value: string }[] {
  const tags = {
    ...settings.tags,
    [TASK_TAGS.installation]: launch.installationId,
    [TASK_TAGS.bot]: String(launch.botId),
    [TASK_TAGS.attempt]: String(launch.attempt),
    [TASK_TAGS.launchKey]: launch.launchKey,
    [TASK_TAGS.meetingPlatform]: launch.meetingPlatform,
    [TASK_TAGS.maxDuration]: String(launch.maxDurationSeconds),
  };
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
