import {
  type CoolifyEmulator,
  createCoolifyEmulator,
  createEcsEmulator,
  createKubernetesEmulator,
  type EcsEmulator,
  type KubernetesEmulator,
} from "@milo/emulators";
import { emulatedSettings } from "@milo/milo/server/api/services/platform/aws-ecs/testing/emulated-settings.ts";
import { settingsOf } from "@milo/milo/server/api/services/platform/coolify/testing/settings-of.ts";
import type { EmulatedPlatforms } from "./messages.ts";

export type Emulators = { k8s: KubernetesEmulator; aws: EcsEmulator; coolify: CoolifyEmulator };

/** Image references per meeting platform. */
export type Images = { zoom: string; "google-meet": string; "microsoft-teams": string };

/** The cheapest bot there is: a process that sleeps. What it would say to milo the benchmark says for it. */
const IDLE_BOT = ["sleep", "1000000"];
const BOT = "registry.example/bot";
/** Enough for any launch the benchmark makes; what milo may ask of a real Coolify is less. */
const UNLIMITED = 1_000_000;

/** The three platforms in this process. Their image `bot` sleeps. */
export async function startEmulators(): Promise<Emulators & AsyncDisposable> {
  const images = { [BOT]: IDLE_BOT };
  const family = (name: string, image: string) => ({
    family: name,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "bot", image, essential: true, stopTimeout: 2 }],
  });
  const [k8s, aws, coolify] = await Promise.all([
    createKubernetesEmulator({ images }),
    createEcsEmulator({
      images,
      taskDefinitions: [family("bot", botImage()), family("unpullable", botImage("sentinel-cannot-pull-container"))],
    }),
    createCoolifyEmulator({
      images,
      tokens: [{ token: TOKEN, abilities: ["read", "read:sensitive", "write", "deploy"] }],
      settings: { rateLimitPerMinute: null, deploymentQueueLimit: UNLIMITED },
    }),
  ]);
  const close = async () => {
    await Promise.all([k8s.close(), aws.close(), coolify.close()]);
  };
  return { k8s, aws, coolify, [Symbol.asyncDispose]: close };
}

const TOKEN = "7|milo";

/** The bot's image, with a sentinel tag that makes it misbehave if one is given. */
export function botImage(tag = "1"): string {
  return `${BOT}:${tag}`;
}

export function kubernetesSetup(k8s: KubernetesEmulator, images: Images, unschedulableGraceMs: number) {
  const { namespace } = k8s;
  return { kubeconfig: k8s.kubeconfig(), namespace, images, unschedulableGraceMs } satisfies EmulatedPlatforms["k8s"];
}

export function ecsSetup(aws: EcsEmulator, family: "bot" | "unpullable"): NonNullable<EmulatedPlatforms["aws"]> {
  return emulatedSettings(aws, `${family}:1`);
}

export function coolifySetup(coolify: CoolifyEmulator, tag: string): NonNullable<EmulatedPlatforms["coolify"]> {
  const image = { name: BOT, tag };
  return {
    ...settingsOf(coolify, TOKEN, image),
    limitsCpus: "1",
    limitsMemory: "1g",
    customDockerOptions: "--init",
    stopGraceSeconds: 2,
    requestsPerMinute: UNLIMITED,
  };
}
