import { join } from "node:path";
import { DEFAULT_TIMES } from "@milo/milo/config/times.ts";
import { createServices, type Services } from "@milo/milo/server/api/services/index.ts";
import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import type { PlatformPlan } from "@milo/placement";
import { startChild } from "../child.ts";
import { createFileLogger } from "../file-logger.ts";
import { OCCUPYING } from "../history.ts";
import type { DispatcherSetup, Ready } from "../messages.ts";
import { CONNECTIONS, makePlan, permitAll } from "../plan.ts";
import { type Drain, drain } from "./drain.ts";
import { benchBot } from "./make-bots.ts";
import { placeWitness } from "./order-witness.ts";

/** Callers at the same time, and bots in each of their calls: `bots.createMany` takes at most this many. */
const CALLERS = 5;
const CALL = 100;
const PAGE = 500;
/** What is known of each platform before: estimates are told from ends. */
const PAST_ENDS = 300;
const PRIORITIES = 3;

export type Burst = {
  bots: number;
  /** From the first call until every bot was stored and its answer had come. */
  durableMs: number;
  /** From the first call until place and estimate of all that waited were read, page by page. */
  toldMs: number;
  waiting: number;
  withEstimate: number;
  drain: Drain;
};

/** Many bots at once on the specification's limits, with one dispatcher at work from the start; then the queue drains. */
export async function measureBurst(options: {
  url: string;
  folder: string;
  dispatcherBundle: string;
  bots: number;
  drained: number;
  drainWithinMs: number;
}): Promise<Burst> {
  const { url, folder, dispatcherBundle, bots, drained, drainWithinMs } = options;
  const plan = burstPlan();
  const setup: DispatcherSetup = { url, plan, logFile: join(folder, "burst.log"), tellCreates: false };
  const { sql, close } = openDatabase(url, { applicationName: "bench-web", maxConnections: CONNECTIONS });
  await fillPast(sql);
  await placeWitness(sql);
  const dispatcher = startChild(dispatcherBundle, setup);
  const log = createFileLogger("web", join(folder, "burst-web.log"));
  const services = createServices({ sql, plan, times: DEFAULT_TIMES, log });
  try {
    await dispatcher.next<Ready>("ready");
    const beganAtMs = performance.now();
    await createAll(services, bots);
    const durableMs = performance.now() - beganAtMs;
    const told = await readAll(services);
    const toldMs = performance.now() - beganAtMs;
    return {
      bots,
      durableMs,
      toldMs,
      ...told,
      drain: await drain(sql, plan, { admissions: drained, withinMs: drainWithinMs }),
    };
  } finally {
    await dispatcher.stop();
    await services.hybrid.close();
    await close();
  }
}

/** The platforms open up to who waits one after the other, within seconds; nobody gives up. */
function burstPlan(): PlatformPlan {
  const plan = makePlan(OCCUPYING);
  const platforms = permitAll(plan.platforms).map((platform) => ({ ...platform, queueTimeoutMs: 3_000 }));
  return { platforms, globalQueueTimeoutMs: 86_400_000 };
}

async function createAll({ deployment }: Services, bots: number): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < bots) {
      const from = next;
      next = Math.min(bots, from + CALL);
      const asked = Array.from({ length: next - from }, (_, n) => ({
        ...benchBot(from + n),
        priority: (from + n) % PRIORITIES,
      }));
      const { results } = await deployment.createMany(asked);
      const refused = results.find(({ ok }) => !ok);
      if (refused !== undefined) throw new Error(`A bot was not taken: ${refused.message}`);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

async function readAll({ hybrid }: Services): Promise<{ waiting: number; withEstimate: number }> {
  let waiting = 0;
  let withEstimate = 0;
  for (let after: number | undefined; ; ) {
    const page = await hybrid.getQueuedBots({ limit: PAGE, after });
    if (page.some(({ position }, n) => position < 1 || position !== (page[0]?.position ?? 0) + n)) {
      throw new Error("The places of a page do not follow one another");
    }
    waiting += page.length;
    withEstimate += page.filter(({ estimate }) => estimate !== null).length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return { waiting, withEstimate };
    after = last.id;
  }
}

/** Bots that ended on each platform in the last hour, each after a few minutes. */
async function fillPast(sql: Sql): Promise<void> {
  await sql`
    WITH bot AS (
      INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts, created_at, finished_at)
        SELECT 'past', 'zoom', 'https://zoom.example/' || n, 'DONE', (ARRAY['k8s', 'aws', 'coolify'])[1 + n % 3], 1,
          t - make_interval(secs => 60 + n % 600), t
        FROM generate_series(1, ${PAST_ENDS * 3}::int) n, LATERAL (SELECT now() - make_interval(secs => n * 3) AS t) ended
        RETURNING id, deployment_platform, created_at, finished_at)
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, outcome, reserved_at, start_by, claimed_at, ended_at)
      SELECT id, deployment_platform, 1, 'past-' || id, 'ENDED', 'completed', created_at, created_at, created_at, finished_at
      FROM bot`;
}
