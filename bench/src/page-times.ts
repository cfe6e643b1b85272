import { DEFAULT_TIMES } from "@milo/milo/config/times.ts";
import { createCaller } from "@milo/milo/server/api/root.ts";
import { createServices } from "@milo/milo/server/api/services/index.ts";
import type { Sql } from "@milo/milo/server/database/client.ts";
import { createFileLogger } from "./file-logger.ts";
import { OCCUPYING } from "./history.ts";
import { makePlan } from "./plan.ts";
import { percentile, round } from "./statistics.ts";

/** Connections of the web process that is stood in for. */
export const PAGE_CONNECTIONS = 4;
/** Times each page is asked for, after a few that warm caches and plans. */
const RUNS = 50;
const WARM_UP = 7;
const ROWS = 50;
const DAY_MS = 86_400_000;

type Caller = ReturnType<typeof createCaller>;

/** What the first paint of each page of the console asks for; `botId` is one that waits. */
const PAGES: Record<string, (api: Caller, botId: number) => Promise<unknown>[]> = {
  "/": ({ infrastructure, bots }) => [
    infrastructure.getActivePlatforms(),
    infrastructure.getPlatforms(),
    infrastructure.getQueueStats(),
    infrastructure.getActivity({ windowMs: DAY_MS }),
    infrastructure.getAttention(),
    bots.getStatusCounts(),
  ],
  "/infrastructure": ({ infrastructure }) => [
    infrastructure.getActivePlatforms(),
    infrastructure.getPlatforms(),
    infrastructure.getStats(),
    infrastructure.getQueueStats(),
    infrastructure.getUsageHistory({ windowMs: DAY_MS / 4 }),
    infrastructure.getQueuedBots({ limit: ROWS }),
    ...(["k8s", "aws", "coolify"] as const).map((platform) => infrastructure.getDeployments({ platform, limit: ROWS })),
  ],
  "/bots": ({ bots }) => [bots.list({ limit: ROWS }), bots.getStatusCounts()],
  "/bots/[id]": ({ bots }, botId) => [bots.get({ botId }), bots.getTimeline({ botId })],
  "/capacity": ({ infrastructure }) => [
    infrastructure.getUsageHistory({ windowMs: 2 * DAY_MS }),
    infrastructure.getActivePlatforms(),
    infrastructure.getPlatforms(),
    infrastructure.getQueueStats(),
  ],
};

export type PageTimes = Record<string, { p50Ms: number; p99Ms: number }>;

/** The server's time for all that each page's first paint asks for at once, as one viewer waits for it. */
export async function measurePages(sql: Sql, logFile: string): Promise<PageTimes> {
  const log = createFileLogger("web", logFile);
  const services = createServices({ sql, plan: makePlan(OCCUPYING), times: DEFAULT_TIMES, log });
  const api = createCaller({ services });
  const [waiting] = await sql<{ botId: number }[]>`
    SELECT bot_id AS "botId" FROM deployment_queue WHERE status = 'WAITING' ORDER BY id LIMIT 1`;
  try {
    const times: PageTimes = {};
    for (const [page, ask] of Object.entries(PAGES)) {
      const tookMs: number[] = [];
      for (let run = -WARM_UP; run < RUNS; run++) {
        const startedMs = performance.now();
        await Promise.all(ask(api, waiting?.botId ?? 0));
        if (run >= 0) tookMs.push(performance.now() - startedMs);
      }
      times[page] = { p50Ms: round(percentile(tookMs, 0.5)), p99Ms: round(percentile(tookMs, 0.99)) };
    }
    return times;
  } finally {
    services.live.close();
    await services.hybrid.close();
  }
}
