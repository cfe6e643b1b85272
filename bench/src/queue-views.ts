import { DEFAULT_TIMES } from "@milo/milo/config/times.ts";
import { createServices } from "@milo/milo/server/api/services/index.ts";
import type { Sql } from "@milo/milo/server/database/client.ts";
import { readQueuePosition } from "@milo/milo/server/database/repositories/queue-view.ts";
import { createFileLogger } from "./file-logger.ts";
import { OCCUPYING } from "./history.ts";
import { makePlan } from "./plan.ts";
import { median } from "./statistics.ts";

const PAGE = 100;
/** Times each is asked; the median counts. */
const RUNS = 21;

export type QueueViews = { pageMs: number; positionMs: number };

/** The first page of the queue and the place of a bot in its middle and at its end, as their callers wait for them. */
export async function measureQueueViews(sql: Sql, logFile: string): Promise<QueueViews> {
  const log = createFileLogger("web", logFile);
  const { hybrid } = createServices({ sql, plan: makePlan(OCCUPYING), times: DEFAULT_TIMES, log });
  try {
    const pageMs = await medianMs(async () => {
      const page = await hybrid.getQueuedBots({ limit: PAGE });
      if (page[0]?.position !== 1) throw new Error("The queue's first page does not begin with its first bot");
    });
    const bots = await readOrder(sql);
    const places = [Math.floor(bots.length / 2), bots.length];
    const positionsMs: number[] = [];
    for (const place of places) {
      const botId = bots[place - 1] ?? 0;
      positionsMs.push(
        await medianMs(async () => {
          const position = await readQueuePosition(sql, botId);
          if (position !== place) throw new Error(`The bot stands at ${place}, but its position says ${position}`);
        }),
      );
    }
    return { pageMs, positionMs: Math.max(...positionsMs) };
  } finally {
    await hybrid.close();
  }
}

async function readOrder(sql: Sql): Promise<number[]> {
  const rows = await sql<{ botId: number }[]>`
    SELECT bot_id AS "botId" FROM deployment_queue WHERE status = 'WAITING' ORDER BY priority DESC, queued_at, id`;
  return rows.map((row) => row.botId);
}

async function medianMs(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  return median(times);
}
