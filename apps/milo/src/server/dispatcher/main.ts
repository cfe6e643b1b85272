import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { DeploymentPlatform } from "@milo/placement";
import type { Logger } from "pino";
import { loadDispatcherConfig, loadPlatformConfigs } from "#env";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import { openDatabase, type Sql } from "#server/database/client.ts";
import { requireCurrentSchema } from "#server/database/migrate.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { createLogger } from "#server/logging/create-logger.ts";
import { logConfiguration } from "#server/logging/log-configuration.ts";
import { createPlatforms } from "#server/platforms/create-platforms.ts";
import { readHeldPlatforms } from "#server/platforms/read-held-platforms.ts";
import { failStart } from "#server/process/fail-start.ts";
import { type RunningProcess, runProcess } from "#server/process/run-process.ts";
import type { DispatcherConfig } from "../../config/read-config.ts";
import type { DispatcherContext } from "./context.ts";
import { type Dispatcher, STOP_GRACE_MS, startDispatcher } from "./dispatcher.ts";
import { startHealthServer } from "./health-server.ts";
import { createLeaseBook } from "./lease-book.ts";
import { createMetrics } from "./metrics.ts";
import { repositories } from "./repositories.ts";

/** The loops of three platforms and a burst of launches, whose writes are gathered, never need more at once. */
const DATABASE_CONNECTIONS = 12;
/** Below the 30 s that Kubernetes and ECS give a container to end. */
const STOP_WITHIN_MS = 25_000;

async function runDispatcher(config: DispatcherConfig, log: Logger): Promise<RunningProcess> {
  const database = openDatabase(config.databaseUrl, {
    applicationName: "milo-dispatcher",
    maxConnections: DATABASE_CONNECTIONS,
  });
  await requireCurrentSchema(database.sql);
  const installation = await readInstallation(database.sql);
  const platforms = await connectPlatforms(config, database.sql, installation.id, log);
  const monotonicMs = () => performance.now();
  const abandon = new AbortController();
  let dispatcher: Dispatcher | undefined;
  const pulses = () => dispatcher?.pulses() ?? [];
  const metrics = createMetrics({
    sql: database.sql,
    healthFreshMs: config.times.healthFreshMs,
    pulses,
    monotonicMs,
  });
  const health = await startHealthServer({ host: config.host, port: config.port, pulses, metrics, monotonicMs, log });
  const context: DispatcherContext = {
    dispatcherId: `${hostname()}-${randomUUID().slice(0, 8)}`,
    sql: database.sql,
    repositories: metrics.countWrites(repositories),
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
  const running = await startDispatcher(context, abandon);
  dispatcher = running;
  log.info({ url: health.url, dispatcher: context.dispatcherId, platforms: [...platforms.keys()] }, "Dispatching");

  return {
    ready: { url: health.url },
    async stop() {
      await running.stop(STOP_GRACE_MS);
      await health.close();
      await database.close();
    },
  };
}

/** The adapters of the plan, and of platforms that left it but still hold slots: those must be stoppable, too. */
async function connectPlatforms(
  config: DispatcherConfig,
  sql: Sql,
  installationId: string,
  log: Logger,
): Promise<ReadonlyMap<DeploymentPlatform, PlatformService>> {
  const planned = config.plan.platforms.map(({ platform }) => platform);
  const left = (await readHeldPlatforms(sql)).filter((platform) => !planned.includes(platform));
  const { config: configsOfLeft } = loadPlatformConfigs(left);
  if (left.length > 0) {
    log.warn({ platforms: left }, "Not in the plan any more, but still holding bots: they take no new ones");
  }
  return createPlatforms({ ...configsOfLeft, ...config.platforms }, installationId);
}

try {
  const { config, warnings } = loadDispatcherConfig();
  const log = createLogger({ name: "dispatcher", level: config.logLevel });
  logConfiguration(log, config, warnings);
  await runProcess({ log, stopWithinMs: STOP_WITHIN_MS, start: () => runDispatcher(config, log) });
} catch (error) {
  failStart(error);
}
