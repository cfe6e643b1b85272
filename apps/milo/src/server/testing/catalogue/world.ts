import { setTimeout as delay } from "node:timers/promises";
import { HEARTBEAT_INTERVAL_MS } from "@milo/bot-contract";
import type { TimelineInterval } from "@milo/emulators";
import type { DeploymentPlatform } from "@milo/placement";
import pino from "pino";
import type { PlatformService } from "#server/api/services/platform/platform-service.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { stopBot } from "#server/database/repositories/stop-bot.ts";
import { createBotRoutes } from "#server/web/bot-routes.ts";
import { Refusal } from "#server/web/http-messages.ts";
import { startWebPresence } from "#server/web/web-presence.ts";
import { createWebServer } from "#server/web/web-server.ts";
import { createTestMilo, enqueue, testPlan } from "../milo-database.ts";
import { FAST_TIMES, startTestDispatcher } from "../test-dispatcher.ts";
import type { CatalogueRow } from "./catalogue-row.ts";
import { type EmulatedPlatform, isProvoked, startPlatform } from "./emulated-platforms.ts";
import { HEALTHY } from "./expectations.ts";
import { readFacts } from "./read-facts.ts";

/** A real second of waiting is a tenth of one here. */
const SLEEP_SHARE = 10;
const LIMIT = 5;
/** Long enough for a launch without an answer to be sent twice. */
const RESOLVE_MS = { k8s: 2_500, aws: 2_500, coolify: 2_500 };
/** Sleeping processes never claim; what a row is about is over long before. */
const START_BY_MS = { k8s: 120_000, aws: 120_000, coolify: 120_000 };

export type World = AsyncDisposable & {
  botId: number;
  failing: EmulatedPlatform;
  healthy: EmulatedPlatform;
  /** Shows a fault over the failing emulator's control endpoint, to the bot's running workload where it strikes one. */
  strike(fault: string): Promise<void>;
  /** Asks for the bot's stop, as the API does. */
  stopBot(): Promise<void>;
  /** Lets the platform behave again. */
  mend(): Promise<void>;
  /** What database and emulators say now, in the shape of an Expectation. */
  facts(): ReturnType<typeof readFacts>;
  /** The most processes of bots that both platforms together ever ran at one time. */
  mostAtOnce(): number;
};

/**
 * Milo as it runs, for one row of the catalogue: a database of its own, a dispatcher with all its loops, the bots' web
 * routes, and the real adapters on two emulated platforms, of which the first fails and the second is healthy.
 */
export async function startWorld(row: CatalogueRow): Promise<World> {
  const { options = {} } = row;
  const milo = await createTestMilo(4);
  const installation = await readInstallation(milo.sql);
  const alarms: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => keepAlarm(alarms, line) });
  const web = createWebServer({
    policy: { accessToken: undefined },
    log,
    checkHealth: () => null,
    routes: () => ({
      bots: createBotRoutes({
        sql: milo.sql,
        installation,
        claimLeaseMs: 60_000,
        heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS / 10,
        maxDurationMs: 3_600_000,
        log,
      }),
      api: refuse,
      pages: refuse,
    }),
  });
  const { url } = await web.listen(web.server, "127.0.0.1", 0);
  const presence = await startWebPresence(milo.sql, { id: "web", everyMs: 1_000, log });
  const start = (platform: DeploymentPlatform, tag: string) =>
    startPlatform(platform, { tag, installationId: installation.id, options });
  const isProvokable = isProvoked(row.platform, row.fault);
  const failing = await start(row.platform, isProvokable ? "1" : row.fault);
  const healthy = await start(HEALTHY[row.platform], "1");
  const plan = testPlan({ [failing.platform]: LIMIT, [healthy.platform]: LIMIT });
  const provoke = (name: string, workload?: string) =>
    failing.control("provoke", { name, times: options.times, workload });
  if ((row.strikes ?? "at_launch") === "at_launch" && isProvokable) await provoke(row.fault);
  if (options.alsoOnHealthy !== undefined) await healthy.control("faults", options.alsoOnHealthy);
  const services: PlatformService[] = [failing.service, healthy.service];
  const dispatcher = await startTestDispatcher(milo.open(6).sql, plan, services, {
    times: {
      ...FAST_TIMES,
      // A launch that changes hands, as on a machine that is too busy to renew in time, is another story.
      dispatcherLeaseMs: 30_000,
      launchResolveMs: RESOLVE_MS,
      startByMs: START_BY_MS,
      // Real bots need their time on a busy machine; of sleeping processes nothing is ever heard.
      heartbeatStaleMs: options.silentAfterMs ?? (options.script === undefined ? 1_500 : 120_000),
    },
    miloUrl: url,
    log,
    random: () => 0,
    sleep: (ms, signal) => delay(ms / SLEEP_SHARE, undefined, { signal }),
  });
  const meetingUrl = `https://zoom.example/j/1?${options.script ?? ""}`;
  const { maxDurationMs = 300_000 } = options;
  const botIds = await Promise.all(
    Array.from({ length: options.bots ?? 1 }, () => enqueue(milo.sql, plan, { meetingUrl, maxDurationMs })),
  );
  const botId = Math.min(...botIds);
  let requestsBefore = 0;
  const facts = () =>
    readFacts(milo.sql, { botId, failing, healthy, alarms, operations: operationsOf(row), requestsBefore });
  return {
    botId,
    failing,
    healthy,
    strike: async (fault) => {
      requestsBefore = failing.requests().length;
      if (!isProvokable) return;
      const { attempts } = await facts();
      const running = failing.timeline
        .intervals()
        .find((one) => one.end === null && one.launchKey === attempts.at(-1)?.launchKey);
      await provoke(fault, running?.workload);
    },
    stopBot: async () => {
      await stopBot(milo.sql, botId, FAST_TIMES.leaveByMs);
    },
    mend: () => failing.mend(),
    facts,
    mostAtOnce: () => countAtOnce([...failing.timeline.intervals(), ...healthy.timeline.intervals()]),
    async [Symbol.asyncDispose]() {
      await dispatcher.stop(0);
      await presence.stop();
      await web.close(500);
      await Promise.all([failing.close(), healthy.close()]);
      await milo[Symbol.asyncDispose]();
    },
  };
}

function countAtOnce(intervals: readonly TimelineInterval[]): number {
  const runsAt = (ms: number) => intervals.filter(({ start, end }) => start <= ms && (end === null || end > ms)).length;
  return Math.max(0, ...intervals.map(({ start }) => runsAt(start)));
}

function operationsOf({ expect, afterwards }: CatalogueRow): string[] {
  return Object.keys({ ...expect.witness.requests, ...afterwards?.witness.requests });
}

function keepAlarm(alarms: string[], line: string): void {
  const { alarm } = JSON.parse(line) as { alarm?: string };
  if (alarm !== undefined && !alarms.includes(alarm)) alarms.push(alarm);
}

function refuse(): never {
  throw new Refusal(404, "Only bots call here.");
}
