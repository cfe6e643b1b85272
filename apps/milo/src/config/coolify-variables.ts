import { z } from "zod";
import type { CoolifyImage, CoolifySettings } from "#server/api/services/platform/coolify/coolify-settings.ts";
import { perMeetingPlatformShape, readPerMeetingPlatform } from "./per-meeting-platform.ts";
import { type ConfigReading, isComplete, readShape } from "./read-shape.ts";
import { httpAddressText, integerText, plainText, type VariableMeta, variableRegistry } from "./variable.ts";

/** What the environment says of Coolify; the composition root adds the installation and the adapter's own times. */
export type CoolifyConfig = Omit<
  CoolifySettings,
  "installationId" | "timeouts" | "statusSettleMs" | "deploymentStuckMs"
>;

const NEEDED = "when coolify is used (in PLATFORM_PRIORITY, with a limit)";
const about = (meaning: string, example: string, more: Partial<VariableMeta> = {}): VariableMeta => ({
  meaning,
  example,
  processes: ["dispatcher"],
  ...more,
});
const needed = (meaning: string, example: string) =>
  plainText().register(variableRegistry, about(meaning, example, { requiredWhen: NEEDED }));

export const COOLIFY_SHAPE = {
  COOLIFY_API_URL: httpAddressText().register(
    variableRegistry,
    about("Coolify's address, with or without /api/v1.", "https://coolify.example.com", { requiredWhen: NEEDED }),
  ),
  COOLIFY_API_TOKEN: plainText().register(
    variableRegistry,
    about("An API token with the abilities read, write and deploy.", "1|abcdef", {
      requiredWhen: NEEDED,
      secret: true,
    }),
  ),
  COOLIFY_PROJECT_UUID: needed("The project bots are made in.", "kk0ccg8wo4kk0ccg8wo4"),
  COOLIFY_SERVER_UUID: needed("The server bots run on.", "ms4o8swkg4ms4o8swkg4"),
  COOLIFY_ENVIRONMENT_NAME: needed("The project's environment, by name.", "production"),
  COOLIFY_ENVIRONMENT_UUID: needed("The same environment, by UUID.", "c8g4s0w8k4c8g4s0w8k4"),
  COOLIFY_DESTINATION_UUID: needed("The server's destination (docker network).", "o0w4k8s0c4o0w4k8s0c4"),
  COOLIFY_BOT_CPUS: z
    .string()
    .regex(/^\d+(\.\d+)?$/, "must be a number of CPUs")
    .default("1")
    .register(variableRegistry, about("The most CPUs a bot may use.", "1.5")),
  COOLIFY_BOT_MEMORY: z
    .string()
    .regex(/^\d+[bkmg]$/, "must be in docker's notation, such as 2g or 512m")
    .default("2g")
    .register(variableRegistry, about("The most memory a bot may use, in docker's notation.", "3g")),
  COOLIFY_DOCKER_OPTIONS: plainText()
    .default("--init --shm-size=512m")
    .register(variableRegistry, about("Further docker run options that Coolify knows.", "--init --shm-size=1g")),
  COOLIFY_STOP_GRACE_SECONDS: integerText(1, 3_600)
    .default(120)
    .register(variableRegistry, about("From SIGTERM to SIGKILL: time to leave a call and save a recording.", "180")),
  COOLIFY_REQUESTS_PER_MINUTE: integerText(10, 100_000)
    .default(180)
    .register(
      variableRegistry,
      about(
        "The most API requests a minute; below Coolify's own API_RATE_LIMIT (200), which other tools share.",
        "500",
      ),
    ),
};

const IMAGES = {
  variable: "COOLIFY_IMAGE",
  what: "The bot's image on Coolify, with a tag or a digest,",
  example: "ghcr.io/example/bot:1.4.2",
  makeSchema: imageText,
};
export const COOLIFY_IMAGES_SHAPE = perMeetingPlatformShape(IMAGES);

function imageText() {
  return z.string().transform((value, context): CoolifyImage => {
    const [, name, digest, taggedName, tag] =
      /^(?:(\S+)@sha256:([0-9a-f]{64})|([^\s@]+):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))$/.exec(value) ?? [];
    if (name !== undefined && digest !== undefined) return { name, digest: `sha256:${digest}` };
    if (taggedName !== undefined && tag !== undefined) return { name: taggedName, tag };
    context.addIssue({ code: "custom", message: "must be an image with a tag or a sha256 digest" });
    return z.NEVER;
  });
}

/** Reads what the Coolify adapter needs; undefined when something is wrong, which the reading then says. */
export function readCoolify(reading: ConfigReading): CoolifyConfig | undefined {
  const values = readShape(COOLIFY_SHAPE, reading);
  const images = readPerMeetingPlatform(IMAGES, COOLIFY_IMAGES_SHAPE, reading);
  if (!images || !isComplete(COOLIFY_SHAPE, values)) return undefined;
  return {
    apiUrl: values.COOLIFY_API_URL,
    apiToken: values.COOLIFY_API_TOKEN,
    projectUuid: values.COOLIFY_PROJECT_UUID,
    serverUuid: values.COOLIFY_SERVER_UUID,
    environmentName: values.COOLIFY_ENVIRONMENT_NAME,
    environmentUuid: values.COOLIFY_ENVIRONMENT_UUID,
    destinationUuid: values.COOLIFY_DESTINATION_UUID,
    images,
    limitsCpus: values.COOLIFY_BOT_CPUS,
    limitsMemory: values.COOLIFY_BOT_MEMORY,
    customDockerOptions: values.COOLIFY_DOCKER_OPTIONS,
    stopGraceSeconds: values.COOLIFY_STOP_GRACE_SECONDS,
    requestsPerMinute: values.COOLIFY_REQUESTS_PER_MINUTE,
  };
}
