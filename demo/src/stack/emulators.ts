import type { DeploymentPlatform } from "@milo/placement";
import type { Timings } from "../timings.ts";
import { BOT_IMAGE } from "./bot-image.ts";
import { baseEnvironment } from "./child-environment.ts";
import type { ManagedChild } from "./managed-child.ts";
import type { StartNamed } from "./start-stack.ts";

/** The three emulated platforms, each a process of its own. */
export type Emulators = {
  /** Where each answers control requests, `/_emulator/…`. */
  urls: Readonly<Record<DeploymentPlatform, string>>;
  /** What the dispatcher needs to reach them. */
  environment: Readonly<Record<string, string>>;
};

/** The tag with which the emulated Kubernetes never finds an image in its registry. */
const MISSING_IMAGE = `${BOT_IMAGE}:sentinel-image-pull-backoff`;
const READY_WITHIN_MS = 60_000;

/** Starts them. On Kubernetes the image for Microsoft Teams is missing, as after a release that failed half-way. */
export async function startEmulators(
  start: StartNamed,
  bot: readonly string[],
  timings: Timings,
  kubeconfig: string,
): Promise<Emulators> {
  const image = ["--image", `${BOT_IMAGE}=${JSON.stringify(bot)}`];
  const set = (name: string) => ["--set", `${name}=${timings.startUpMs}`];
  const run = (name: string, file: string, args: readonly string[]) =>
    start({
      name,
      argv: [`packages/emulators/src/${file}`, ...image, ...args],
      env: baseEnvironment(),
      readyBy: "first-line",
      readyWithinMs: READY_WITHIN_MS,
    });
  const [k8s, aws, coolify] = await Promise.all([
    run("kubernetes", "main-kubernetes.ts", [...set("pullDelayMs"), "--kubeconfig", kubeconfig]),
    run("ecs", "main-ecs.ts", ["--family", `bot=${BOT_IMAGE}`, ...set("provisioningMs")]),
    run("coolify", "main-coolify.ts", [...set("imagePullMs"), "--set", `statusLagMs=${timings.coolifyLagMs}`]),
  ]);
  return {
    urls: { k8s: text(k8s, "url"), aws: text(aws, "url"), coolify: text(coolify, "url") },
    environment: { ...kubernetes(k8s), ...ecs(aws), ...coolifyEnvironment(coolify) },
  };
}

function kubernetes(child: ManagedChild): Record<string, string> {
  return {
    K8S_KUBECONFIG: text(child, "kubeconfig"),
    K8S_NAMESPACE: text(child, "namespace"),
    K8S_IMAGE: `${BOT_IMAGE}:1`,
    K8S_IMAGE_MICROSOFT_TEAMS: MISSING_IMAGE,
  };
}

function ecs(child: ManagedChild): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_ECS: text(child, "url"),
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIADEMODEMODEMODEMO",
    AWS_SECRET_ACCESS_KEY: "demo",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ECS_CLUSTER: "bots",
    AWS_ECS_SUBNETS: "subnet-0a1b2c3d",
    AWS_ECS_SECURITY_GROUPS: "sg-0a1b2c3d",
    AWS_ECS_TASK_DEF: "bot:1",
  };
}

function coolifyEnvironment(child: ManagedChild): Record<string, string> {
  const [destination] = child.ready.destinationUuids as string[];
  return {
    COOLIFY_API_URL: text(child, "url"),
    COOLIFY_API_TOKEN: text(child, "token"),
    COOLIFY_IMAGE: `${BOT_IMAGE}:1`,
    COOLIFY_PROJECT_UUID: text(child, "projectUuid"),
    COOLIFY_ENVIRONMENT_NAME: text(child, "environmentName"),
    COOLIFY_ENVIRONMENT_UUID: text(child, "environmentUuid"),
    COOLIFY_SERVER_UUID: text(child, "serverUuid"),
    COOLIFY_DESTINATION_UUID: destination ?? "",
  };
}

function text(child: ManagedChild, member: string): string {
  const value = child.ready[member];
  if (typeof value !== "string") throw new Error(`The ${child.name} emulator did not say its ${member}.`);
  return value;
}
