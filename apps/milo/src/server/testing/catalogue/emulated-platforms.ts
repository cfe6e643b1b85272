import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  COOLIFY_CATALOGUE,
  createCoolifyEmulator,
  createEcsEmulator,
  createKubernetesEmulator,
  ECS_CATALOGUE,
  KUBERNETES_CATALOGUE,
  type RequestLogEntry,
  type Timeline,
} from "@milo/emulators";
import type { DeploymentPlatform } from "@milo/placement";
import { EcsPlatformService } from "#server/api/services/platform/aws-ecs/ecs-platform-service.ts";
import { emulatedSettings } from "#server/api/services/platform/aws-ecs/testing/emulated-settings.ts";
import { CoolifyPlatformService } from "#server/api/services/platform/coolify/coolify-platform-service.ts";
import { DEFAULT_DEPLOYMENT_STUCK_MS } from "#server/api/services/platform/coolify/coolify-settings.ts";
import { settingsOf } from "#server/api/services/platform/coolify/testing/settings-of.ts";
import { KubernetesPlatformService } from "#server/api/services/platform/kubernetes/kubernetes-platform-service.ts";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import type { WorldOptions } from "./catalogue-row.ts";

const BOT = fileURLToPath(new URL("../../../../../bot/src/main.ts", import.meta.url));
const IMAGE = "registry.example/bot";
const TOKEN = "7|milo";
/** Longer than the busiest machine needs for an answer. */
const REQUEST_MS = 10_000;
const STATUS_LAG_MS = 100;
/** Ahead of the cluster's clock by more than every patience with a pod, so that no row waits half a minute. */
const AHEAD_MS = 90_000;

/** Faults that are provoked by name; what is none of them is the tag of a misbehaving image. */
const PROVOKED: Readonly<Record<DeploymentPlatform, object>> = {
  k8s: KUBERNETES_CATALOGUE,
  aws: ECS_CATALOGUE,
  coolify: COOLIFY_CATALOGUE,
};

export function isProvoked(platform: DeploymentPlatform, fault: string): boolean {
  return Object.hasOwn(PROVOKED[platform], fault);
}

type StartOptions = { tag: string; installationId: string; options: WorldOptions };

/** An emulated platform with the real adapter on it. */
export type EmulatedPlatform = {
  platform: DeploymentPlatform;
  service: PlatformService;
  timeline: Timeline;
  requests(): readonly RequestLogEntry[];
  /** A request to the emulator's control endpoints. */
  control(name: string, body?: object): Promise<void>;
  /** Takes every fault away that only requests see, and sets every setting back. */
  mend(): Promise<void>;
  close(): Promise<void>;
};

type Emulator = {
  url: string;
  timeline: Timeline;
  requests(): readonly RequestLogEntry[];
  faults: { clear(): void };
  settings: { reset(): void };
  close(): Promise<void>;
};

/** Starts the platform whose bots run the image of that tag. */
export function startPlatform(platform: DeploymentPlatform, options: StartOptions): Promise<EmulatedPlatform> {
  return { k8s: startKubernetes, aws: startEcs, coolify: startCoolify }[platform](options);
}

function wrap(platform: DeploymentPlatform, emulator: Emulator, service: PlatformService): EmulatedPlatform {
  return {
    platform,
    service,
    timeline: emulator.timeline,
    requests: emulator.requests,
    control: async (name, body = {}) => {
      const response = await fetch(`${emulator.url}/_emulator/${name}`, { method: "POST", body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`The emulator refused ${name}: ${await response.text()}`);
    },
    mend: async () => {
      emulator.faults.clear();
      emulator.settings.reset();
    },
    close: () => emulator.close(),
  };
}

/** Sleepers die of SIGTERM at once; real bots claim, report and leave. */
function images(options: WorldOptions) {
  return { [IMAGE]: options.script === undefined ? ["sleep", "600"] : [process.execPath, BOT] };
}

async function startKubernetes({ tag, installationId, options }: StartOptions): Promise<EmulatedPlatform> {
  const { requestMs = REQUEST_MS } = options;
  const emulator = await createKubernetesEmulator({ images: images(options) });
  const image = `${IMAGE}:${tag}`;
  const folder = await mkdtemp(join(tmpdir(), "milo-catalogue-"));
  const path = join(folder, "kubeconfig.yaml");
  await writeFile(path, emulator.kubeconfig());
  const service = new KubernetesPlatformService({
    access: { kind: "kubeconfig-file", path },
    namespace: emulator.namespace,
    installationId,
    images: { zoom: image, "google-meet": image, "microsoft-teams": image },
    terminationGracePeriodSeconds: 5,
    timeoutsMs: { write: requestMs, read: requestMs, list: REQUEST_MS },
    now: () => Date.now() + AHEAD_MS,
    ...(options.watchSilenceMs === undefined ? {} : { followTimes: { silenceMs: options.watchSilenceMs } }),
  });
  const platform = wrap("k8s", emulator, service);
  return {
    ...platform,
    close: async () => {
      await platform.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function startEcs({ tag, installationId, options }: StartOptions): Promise<EmulatedPlatform> {
  const { requestMs = REQUEST_MS } = options;
  const container = { name: "bot", image: `${IMAGE}:${tag}`, essential: true, stopTimeout: 5 };
  const emulator = await createEcsEmulator({
    images: images(options),
    taskDefinitions: [
      {
        family: "bot",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [container],
      },
    ],
  });
  const service = new EcsPlatformService({
    ...emulatedSettings(emulator),
    useSpot: options.useSpot ?? false,
    installationId,
    timeouts: { connectMs: REQUEST_MS, requestMs, callMs: requestMs * 2 },
  });
  const platform = wrap("aws", emulator, service);
  return {
    ...platform,
    close: () => {
      service.close();
      return platform.close();
    },
  };
}

async function startCoolify({ tag, installationId, options }: StartOptions): Promise<EmulatedPlatform> {
  const { statusLagMs = STATUS_LAG_MS } = options;
  const { requestMs = REQUEST_MS } = options;
  const emulator = await createCoolifyEmulator({
    images: images(options),
    tokens: [{ token: TOKEN, abilities: ["read", "read:sensitive", "write", "deploy"] }],
    settings: { rateLimitPerMinute: null, statusLagMs },
    ...(options.coolifyVersion === undefined ? {} : { version: options.coolifyVersion }),
  });
  const image = { name: IMAGE, tag };
  const service = new CoolifyPlatformService({
    ...settingsOf(emulator, TOKEN, image),
    installationId,
    limitsCpus: "1",
    limitsMemory: "1g",
    customDockerOptions: "--init",
    stopGraceSeconds: 5,
    requestsPerMinute: 100_000,
    statusSettleMs: statusLagMs * 5,
    stopLookMs: 200,
    deploymentStuckMs: options.deploymentStuckMs ?? DEFAULT_DEPLOYMENT_STUCK_MS,
    timeouts: { requestMs, callMs: requestMs * 2 },
  });
  return wrap("coolify", emulator, service);
}
