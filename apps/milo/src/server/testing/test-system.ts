import { fileURLToPath } from "node:url";
import { HEARTBEAT_INTERVAL_MS } from "@milo/bot-contract";
import { createCoolifyEmulator, createEcsEmulator, createKubernetesEmulator } from "@milo/emulators";
import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import pino, { type Logger } from "pino";
import { appRouter, createCaller } from "#server/api/root.ts";
import { createServices } from "#server/api/services/index.ts";
import { EcsPlatformService } from "#server/api/services/platform/aws-ecs/ecs-platform-service.ts";
import { DEFAULT_ECS_TIMEOUTS } from "#server/api/services/platform/aws-ecs/ecs-settings.ts";
import { emulatedSettings } from "#server/api/services/platform/aws-ecs/testing/emulated-settings.ts";
import { CoolifyPlatformService } from "#server/api/services/platform/coolify/coolify-platform-service.ts";
import {
  DEFAULT_COOLIFY_TIMEOUTS,
  DEFAULT_DEPLOYMENT_STUCK_MS,
} from "#server/api/services/platform/coolify/coolify-settings.ts";
import { settingsOf } from "#server/api/services/platform/coolify/testing/settings-of.ts";
import { KubernetesPlatformService } from "#server/api/services/platform/kubernetes/kubernetes-platform-service.ts";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { createMetrics } from "#server/dispatcher/metrics.ts";
import { repositories } from "#server/dispatcher/repositories.ts";
import { checkReadiness } from "#server/process/check-readiness.ts";
import { createApiHandler } from "#server/web/api-handler.ts";
import { createBotRoutes } from "#server/web/bot-routes.ts";
import { Refusal } from "#server/web/http-messages.ts";
import { createWebMetrics } from "#server/web/web-metrics.ts";
import { createWebServer } from "#server/web/web-server.ts";
import { createTestMilo } from "./milo-database.ts";
import { FAST_TIMES, startTestDispatcher } from "./test-dispatcher.ts";

const BOT = fileURLToPath(new URL("../../../../bot/src/main.ts", import.meta.url));
const IMAGE = "registry.example/bot";
const STATUS_LAG_MS = 100;

/** Real bots, as processes, need their time on a busy machine. */
const TIMES = { ...FAST_TIMES, claimLeaseMs: 60_000, heartbeatStaleMs: 120_000, platformListMs: 300 };

export type TestSystem = Awaited<ReturnType<typeof startTestSystem>>;

export type TestSystemOptions = {
  /** Of every part; silent unless a test reads it. */
  log?: Logger;
  /** What opens Coolify, AWS, and milo's console and API. */
  coolifyToken?: string;
  awsSecretKey?: string;
  accessToken?: string;
};

/** The whole of it: three emulated platforms, the real adapters, dispatcher, bot routes and bots. */
export async function startTestSystem(plan: PlatformPlan, options: TestSystemOptions = {}) {
  const { coolifyToken = "7|milo", awsSecretKey = "secret", accessToken } = options;
  const milo = await createTestMilo();
  const installation = await readInstallation(milo.sql);
  const log = options.log ?? pino({ level: "silent" });
  const metrics = createWebMetrics({ sql: milo.sql, procedures: Object.keys(appRouter._def.procedures) });
  const dispatcherMetrics = createMetrics({
    sql: milo.sql,
    times: TIMES,
    pulses: () => [],
    monotonicMs: () => performance.now(),
  });
  const services = createServices({ sql: milo.sql, plan, times: TIMES, log });
  const web = createWebServer({
    policy: { accessToken },
    log,
    operations: {
      metrics,
      readiness: () => checkReadiness(milo.sql, { started: true, stopping: new AbortController().signal }),
    },
    checkHealth: () => null,
    routes: () => ({
      bots: createBotRoutes({
        sql: milo.sql,
        installation,
        claimLeaseMs: TIMES.claimLeaseMs,
        heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS / 10,
        maxDurationMs: TIMES.maxDurationMs,
        replacePolicy: "infrastructure",
        metrics,
        log,
      }),
      api: createApiHandler({ router: appRouter, context: { services }, log }),
      pages: () => {
        throw new Refusal(404, "No pages here.");
      },
    }),
  });
  const { url } = await web.listen(web.server, "127.0.0.1", 0);
  const emulators = await startEmulators(coolifyToken);
  const secrets = { coolifyToken, awsSecretKey };
  const platforms = connect(emulators, installation.id, secrets);
  const dispatcher = await startTestDispatcher(milo.open(10).sql, plan, [...platforms.values()], {
    times: TIMES,
    miloUrl: url,
    log,
    repositories: dispatcherMetrics.countWrites(repositories, () => undefined),
    onListed: dispatcherMetrics.onListed,
  });
  return {
    milo,
    emulators,
    platforms,
    dispatcher,
    installation,
    url,
    /** What both processes would serve to Prometheus. */
    readMetrics: async () => (await metrics.render()) + (await dispatcherMetrics.render()),
    /** The adapters of another installation on the same cluster, account and Coolify. */
    connectAs: (installationId: string) => connect(emulators, installationId, secrets),
    api: createCaller({ services }),
    async [Symbol.asyncDispose]() {
      await dispatcher.stop(0);
      await services.hybrid.close();
      await web.close(500);
      await Promise.all(Object.values(emulators).map((emulator) => emulator.close()));
      await milo[Symbol.asyncDispose]();
    },
  };
}

async function startEmulators(coolifyToken: string) {
  const images = { [IMAGE]: [process.execPath, BOT] };
  const [k8s, aws, coolify] = await Promise.all([
    createKubernetesEmulator({ images }),
    createEcsEmulator({
      images,
      taskDefinitions: [
        {
          family: "bot",
          networkMode: "awsvpc",
          requiresCompatibilities: ["FARGATE"],
          cpu: "256",
          memory: "512",
          containerDefinitions: [{ name: "bot", image: `${IMAGE}:1`, essential: true, stopTimeout: 30 }],
        },
      ],
    }),
    createCoolifyEmulator({
      images,
      tokens: [{ token: coolifyToken, abilities: ["read", "read:sensitive", "write", "deploy"] }],
      settings: { rateLimitPerMinute: null, statusLagMs: STATUS_LAG_MS },
    }),
  ]);
  return { k8s, aws, coolify };
}

function connect(
  { k8s, aws, coolify }: Awaited<ReturnType<typeof startEmulators>>,
  installationId: string,
  { coolifyToken, awsSecretKey }: { coolifyToken: string; awsSecretKey: string },
): ReadonlyMap<DeploymentPlatform, PlatformService> {
  const image = `${IMAGE}:1`;
  const app = { name: IMAGE, tag: "1" };
  const emulated = emulatedSettings(aws);
  const ecs = { ...emulated, credentials: { ...emulated.credentials, secretAccessKey: awsSecretKey } };
  return new Map<DeploymentPlatform, PlatformService>([
    [
      "k8s",
      new KubernetesPlatformService({
        access: { kind: "kubeconfig-text", text: k8s.kubeconfig() },
        namespace: k8s.namespace,
        installationId,
        images: { zoom: image, "google-meet": image, "microsoft-teams": image },
        terminationGracePeriodSeconds: 30,
        now: Date.now,
      }),
    ],
    ["aws", new EcsPlatformService({ ...ecs, installationId, timeouts: DEFAULT_ECS_TIMEOUTS })],
    [
      "coolify",
      new CoolifyPlatformService({
        ...settingsOf(coolify, coolifyToken, app),
        installationId,
        limitsCpus: "1",
        limitsMemory: "1g",
        customDockerOptions: "--init",
        stopGraceSeconds: 30,
        requestsPerMinute: 100_000,
        statusSettleMs: STATUS_LAG_MS * 5,
        stopLookMs: 200,
        deploymentStuckMs: DEFAULT_DEPLOYMENT_STUCK_MS,
        timeouts: DEFAULT_COOLIFY_TIMEOUTS,
      }),
    ],
  ]);
}
