import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { HEARTBEAT_INTERVAL_MS } from "@milo/bot-contract";
import type { Logger } from "pino";
import { loadSecrets, loadWebConfig } from "#env";
import { appRouter, createCaller } from "#server/api/root.ts";
import { createServices } from "#server/api/services/index.ts";
import { openDatabase } from "#server/database/client.ts";
import { requireCurrentSchema } from "#server/database/migrate.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { createLogger } from "#server/logging/create-logger.ts";
import { keepSecret } from "#server/logging/known-secrets.ts";
import { logConfiguration } from "#server/logging/log-configuration.ts";
import { checkReadiness } from "#server/process/check-readiness.ts";
import { failStart } from "#server/process/fail-start.ts";
import { type RunningProcess, runProcess } from "#server/process/run-process.ts";
import { waitForDatabase } from "#server/process/wait-for-database.ts";
import { startTracing } from "#server/tracing/start-tracing.ts";
import { createBotCallTracing } from "#server/tracing/trace-bot-calls.ts";
import type { WebConfig } from "../../config/read-config.ts";
import { createApiHandler, logProcedureErrors } from "./api-handler.ts";
import { createBotRoutes } from "./bot-routes.ts";
import { publishCaller } from "./caller-slot.ts";
import { createPages } from "./pages.ts";
import { createWebMetrics } from "./web-metrics.ts";
import { startWebPresence } from "./web-presence.ts";
import { createWebServer } from "./web-server.ts";

/** Callbacks of a few hundred bots and the console share these; each statement takes a millisecond or so. */
const DATABASE_CONNECTIONS = 10;
/** Bots' calls that are under way need far less. */
const CLOSE_WITHIN_MS = 3_000;
/** In all, also with a database that does not answer: below 5 s, half of the least patience of an orchestrator. */
const STOP_WITHIN_MS = 4_500;

async function startWeb(config: WebConfig, log: Logger, dev: boolean, toStop: AbortSignal): Promise<RunningProcess> {
  const { plan, times, replacePolicy } = config;
  const database = openDatabase(config.databaseUrl, {
    applicationName: "milo-web",
    maxConnections: DATABASE_CONNECTIONS,
  });
  const patience = { log, toStop };
  await waitForDatabase(() => requireCurrentSchema(database.sql), patience);
  const installation = await waitForDatabase(() => readInstallation(database.sql), patience);
  keepSecret(installation.attemptSecret);
  const presenceId = `${hostname()}-${randomUUID().slice(0, 8)}`;
  const tracing = await startTracing(config.tracing, { name: "milo-web", instanceId: presenceId }, log);
  const services = createServices({ sql: database.sql, plan, times, replacePolicy, log });
  publishCaller(createCaller({ services }, { onError: logProcedureErrors(log) }));

  const pages = await createPages({ dev, host: config.host, port: config.port });
  const { claimLeaseMs, maxDurationMs, webPresenceMs } = times;
  const procedures = Object.keys(appRouter._def.procedures);
  const metrics = createWebMetrics({ sql: database.sql, procedures });
  const bots = createBotRoutes({
    metrics,
    sql: database.sql,
    installation,
    claimLeaseMs,
    heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    maxDurationMs,
    replacePolicy,
    tracing: tracing === null ? undefined : createBotCallTracing(database.sql),
    log,
  });
  const presence = await startWebPresence(database.sql, { id: presenceId, everyMs: webPresenceMs, ...patience });
  const stopping = new AbortController();
  const web = createWebServer({
    policy: { accessToken: config.accessToken },
    log,
    checkHealth: () => presence.problem(),
    operations: {
      metrics,
      readiness: () => checkReadiness(database.sql, { started: true, stopping: stopping.signal }),
    },
    routes: (closing) => {
      closing.addEventListener("abort", () => {
        stopping.abort();
        services.live.close();
      });
      const api = createApiHandler({ router: appRouter, context: { services }, log });
      return { bots, api, pages: pages.handler, upgrades: pages.upgrades };
    },
  });
  const { url } = await web.listen(web.server, config.host, config.port);
  log.info({ url }, "Web is ready");

  return {
    ready: { url },
    async stop() {
      await web.close(CLOSE_WITHIN_MS);
      await presence.stop();
      await services.hybrid.close();
      await Promise.all([pages.close(), database.close(), tracing?.stop()]);
    },
  };
}

try {
  keepSecret(...loadSecrets());
  const { config, warnings } = loadWebConfig();
  const log = createLogger({ name: "web", level: config.logLevel });
  logConfiguration(log, config, warnings);
  const dev = process.argv.includes("--dev");
  await runProcess({ log, stopWithinMs: STOP_WITHIN_MS, start: (toStop) => startWeb(config, log, dev, toStop) });
} catch (error) {
  failStart(error);
}
