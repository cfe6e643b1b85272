import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { type Child, startChild } from "../child.ts";
import { withDatabase } from "../databases.ts";
import {
  type CallersSetup,
  type CreateCall,
  type DispatcherSetup,
  machineMs,
  type ReadAnswer,
  type Ready,
} from "../messages.ts";
import { makePlan, permitAll } from "../plan.ts";
import { addBots, patient } from "./make-bots.ts";
import { findPostmaster } from "./recovery-server.ts";

const SLOTS = 10;
const DISPATCHERS = 2;
const READERS = 2;
const TRY_EVERY_MS = 10;
const GIVE_UP_MS = 60_000;
/** After an outage: every connection is back and every loop at rest. */
const SETTLE_MS = 3_000;

/** A restart in order (transactions are broken off, and a checkpoint is made), and a death with a recovery after it. */
export const OUTAGES = { restarted: "SIGINT", killed: "SIGKILL" } as const;
export type Outage = keyof typeof OUTAGES;

/** Times in milliseconds, each from the first statement that the server answered again, but `downMs`. */
export type Back = { firstAdmissionMs: number; readsBackMs: number; downMs: number };
export type DatabaseBack = Readonly<Record<Outage, Back>> & { exits: number };

/** Answers the first moment after the given one at which it happened; waits for it when it has not yet. */
type NextAfter = (afterMs: number) => Promise<number>;
type Scene = { sql: Sql; url: string; created: NextAfter; answered: NextAfter };

/**
 * Bots wait for a full platform while the server goes and comes back. The first statement that it answers frees every
 * slot by a plain update, of which nobody is told; from there until a dispatcher's next create call. What runs
 * meanwhile, two dispatchers and the web's services with readers, may not end.
 */
export async function measureDatabaseBack(options: {
  url: string;
  folder: string;
  bundles: { dispatcher: string; web: string };
}): Promise<DatabaseBack> {
  const { url, folder, bundles } = options;
  const given = makePlan({ k8s: SLOTS, aws: 0, coolify: 0 });
  const plan = patient({ ...given, platforms: permitAll(given.platforms) });
  const dispatcherSetup: DispatcherSetup = { url, plan, logFile: join(folder, "back.log"), tellCreates: true };
  const webSetup: CallersSetup = { url, plan, logFile: join(folder, "back-web.log"), callers: READERS };
  const dispatchers = Array.from({ length: DISPATCHERS }, () => startChild(bundles.dispatcher, dispatcherSetup));
  const web = startChild(bundles.web, webSetup);
  const all = [...dispatchers, web];
  let exits = 0;
  for (const { process } of all) process.once("exit", () => exits++);
  const { sql, close } = openDatabase(url, { applicationName: "bench-back", maxConnections: 1 });
  try {
    await Promise.all(all.map((child) => child.next<Ready>("ready")));
    await addBots(sql, SLOTS * 4, plan);
    const created = listenFor(dispatchers, (message) => message.kind === "create");
    const answered = listenFor([web], (message) => message.kind === "read" && message.answered);
    const scene = { sql, url, created, answered };
    const restarted = await measureOne(scene, "restarted");
    const killed = await measureOne(scene, "killed");
    return { restarted, killed, exits };
  } finally {
    await Promise.all(all.map((child) => child.stop()));
    await close();
  }
}

async function measureOne({ sql, url, created, answered }: Scene, outage: Outage): Promise<Back> {
  await untilFull(sql);
  await delay(SETTLE_MS);
  const postmaster = await findPostmaster(sql);
  const downAtMs = machineMs();
  process.kill(postmaster, OUTAGES[outage]);
  await untilGone(postmaster);
  const backAtMs = await freeAllOnceItAnswers(url);
  return {
    firstAdmissionMs: (await created(backAtMs)) - backAtMs,
    readsBackMs: (await answered(backAtMs)) - backAtMs,
    downMs: backAtMs - downAtMs,
  };
}

async function untilFull(sql: Sql): Promise<void> {
  for (;;) {
    const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM deployments WHERE phase = 'STARTING'`;
    if (row?.n === SLOTS) return;
    await delay(50);
  }
}

async function untilGone(pid: number): Promise<void> {
  try {
    for (;;) {
      process.kill(pid, 0);
      await delay(TRY_EVERY_MS);
    }
  } catch {
    // No such process any more.
  }
}

/** Answers when the server answered its first statement; its second has freed the slots by then. */
async function freeAllOnceItAnswers(url: string): Promise<number> {
  const endsAtMs = machineMs() + GIVE_UP_MS;
  for (;;) {
    try {
      return await withDatabase(url, async (sql) => {
        await sql`SELECT 1`;
        const answeredAtMs = machineMs();
        await sql`
          UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now() WHERE phase = 'STARTING'`;
        return answeredAtMs;
      });
    } catch (error) {
      if (machineMs() > endsAtMs) throw error;
      await delay(TRY_EVERY_MS);
    }
  }
}

/** Listens from now on: what nobody listens for yet is kept by Node and told late. */
function listenFor(children: readonly Child[], isIt: (message: CreateCall | ReadAnswer) => boolean): NextAfter {
  const times: number[] = [];
  let tell = () => {};
  for (const child of children) {
    child.process.on("message", (message: CreateCall | ReadAnswer) => {
      if (!isIt(message)) return;
      times.push(message.atMs);
      tell();
    });
  }
  return (afterMs) =>
    new Promise((resolve, reject) => {
      const late = () => reject(new Error(`Nothing happened within ${GIVE_UP_MS} ms after the database was back`));
      const timer = setTimeout(late, GIVE_UP_MS);
      tell = () => {
        const first = times.find((atMs) => atMs > afterMs);
        if (first === undefined) return;
        clearTimeout(timer);
        resolve(first);
      };
      tell();
    });
}
