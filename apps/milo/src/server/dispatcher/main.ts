import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { DeploymentPlatform } from "@milo/placement";
import type { Logger } from "pino";
import { loadDispatcherConfig, loadPlatformConfigs, loadSecrets } from "#env";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import { openDatabase } from "#server/database/client.ts";
import { requireCurrentSchema } from "#server/database/migrate.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { createLogger } from "#server/logging/create-logger.ts";
import { keepSecret } from "#server/logging/known-secrets.ts";
import { logConfiguration } from "#server/logging/log-configuration.ts";
import { createPlatforms } from "#server/platforms/create-platforms.ts";
import { readHeldPlatforms } from "#server/platforms/read-held-platforms.ts";
import { checkReadiness } from "#server/process/check-readiness.ts";
import { failStart } from "#server/process/fail-start.ts";
import { type RunningProcess, runProcess } from "#server/process/run-process.ts";
import { waitForDatabase } from "#server/process/wait-for-database.ts";
import { startTracing } from "#server/tracing/start-tracing.ts";
import { createLaunchTracing, traceGiveUps, tracePlatforms } from "#server/tracing/trace-dispatcher.ts";
import type { DispatcherConfig } from "../../config/read-config.ts";
import type { DispatcherContext } from "./context.ts";
import { type Dispatcher, STOP_GRACE_MS, startDispatcher } from "./dispatcher.ts";
import { startHealthServer } from "./health-server.ts";
import { createLeaseBook } from "./lease-book.ts";
import { type LoopPulse, runLoop } from "./loop.ts";
import { createMetrics } from "./metrics.ts";
import { repositories } from "./repositories.ts";
import { createAdmissionReview } from "./review-admissions.ts";

/** The loops of three platforms and a burst of launches, whose writes are gathered, never need more at once. */
const DATABASE_CONNECTIONS = 12;
/** As every loop: longer than any single statement may take. */
const REVIEW_LIMIT_MS = 60_000;
/** Below the 30 s that Kubernetes and ECS give a container to end. */
const STOP_WITHIN_MS = 25_000;

async function runDispatcher(config: DispatcherConfig, log: Logger, toStop: AbortSignal): Promise<RunningProcess> {
  const database = openDatabase(config.databaseUrl, {
    applicationName: "milo-dispatcher",
    maxConnections: DATABASE_CONNECTIONS,
  });
  const monotonicMs = () => performance.now();
  let dispatcher: Dispatcher | undefined;
  const loops: { pulse: LoopPulse }[] = [];
  const pulses = () => [...(dispatcher?.pulses() ?? []), ...loops.map(({ pulse }) => pulse)];
  const metrics = createMetrics({ sql: database.sql, times: config.times, pulses, monotonicMs });
  const stopping = new AbortController();
  const readiness = () =>
    checkReadiness(database.sql, { started: dispatcher !== undefined, stopping: stopping.signal });
  const { host, port } = config;
  // Before anything is asked of the database: while it is away this process lives, and says that it is not ready.
  const health = await startHealthServer({ host, port, pulses, metrics, readiness, monotonicMs, log });
  const patience = { log, toStop };
  await waitForDatabase(() => requireCurrentSchema(database.sql), patience);
  const installation = await waitForDatabase(() => readInstallation(database.sql), patience);
  keepSecret(installation.attemptSecret);
  const held = await waitForDatabase(() => readHeldPlatforms(database.sql), patience);
  const connected = connectPlatforms(config, held, installation.id, log);
  const dispatcherId = `${hostname()}-${randomUUID().slice(0, 8)}`;
  const tracing = await startTracing(config.tracing, { name: "milo-dispatcher", instanceId: dispatcherId }, log);
  const platforms = tracing === null ? connected : tracePlatforms(connected);
  const abandon = new AbortController();
  const review = createAdmissionReview({ sql: database.sql, instruments: metrics.instruments, log, monotonicMs });
  const reviewing = runLoop({
    ...review,
    name: "limits",
    stopping: stopping.signal,
    log,
    monotonicMs,
    turnLimitMs: REVIEW_LIMIT_MS,
  });
  loops.push(reviewing);
  const context: DispatcherContext = {
    dispatcherId,
    sql: database.sql,
    repositories: metrics.countWrites(tracing === null ? repositories : traceGiveUps(repositories), review.note),
    onListed: metrics.onListed,
    traceLaunch: tracing === null ? undefined : createLaunchTracing(database.sql),
    installation,
    plan: config.plan,
    platforms,
    times: config.times,
    replacePolicy: config.replacePolicy,
    miloUrl: config.publicUrl,
    log,
    random: Math.random,
    monotonicMs,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    failpoint: async () => undefined,
    abandon: abandon.signal,
    leases: createLeaseBook(config.times.dispatcherLeaseMs, monotonicMs),
  };
  const running = await startDispatcher(context, abandon, toStop);
  dispatcher = running;
  log.info({ url: health.url, dispatcher: context.dispatcherId, platforms: [...platforms.keys()] }, "Dispatching");

  return {
    ready: { url: health.url },
    async stop() {
      stopping.abort();
      await running.stop(STOP_GRACE_MS);
      await reviewing.done;
      await health.close();
      await database.close();
      await tracing?.stop();
    },
  };
}

/** The adapters of the plan, and of platforms that left it but still hold slots: those must be stoppable, too. */
function connectPlatforms(
  config: DispatcherConfig,
  held: readonly DeploymentPlatform[],
  installationId: string,
  log: Logger,
): ReadonlyMap<DeploymentPlatform, PlatformService> {
  const planned = config.plan.platforms.map(({ platform }) => platform);
  const left = held.filter((platform) => !planned.includes(platform));
  const { config: configsOfLeft } = loadPlatformConfigs(left);
  if (left.length > 0) {
    log.warn({ platforms: left }, "Not in the plan any more, but still holding bots: they take no new ones");
  }
  return createPlatforms({ ...configsOfLeft, ...config.platforms }, installationId);
}

try {
  keepSecret(...loadSecrets());
  const { config, warnings } = loadDispatcherConfig();
  const log = createLogger({ name: "dispatcher", level: config.logLevel });
  logConfiguration(log, config, warnings);
  await runProcess({ log, stopWithinMs: STOP_WITHIN_MS, start: (toStop) => runDispatcher(config, log, toStop) });
} catch (error) {
  failStart(error);
}
