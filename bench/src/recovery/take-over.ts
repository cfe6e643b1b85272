import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Child, startChild } from "../child.ts";
import { withDatabase } from "../databases.ts";
import { type DispatcherSetup, machineMs, type Ready } from "../messages.ts";
import { makePlan, permitAll } from "../plan.ts";
import { percentile } from "../statistics.ts";
import { hearCreates } from "./creates.ts";
import { addBots, patient } from "./make-bots.ts";

/** Longer than a lease and its next renewal. */
const GIVE_UP_MS = 90_000;
/** Renewals come every ten seconds: the end of a dispatcher comes at any moment between two of them. */
const RENEWAL_MS = 10_000;

export type TakenOver = { p50Ms: number; worstMs: number; launches: number };
export type EndOfDispatcher = "killed" | "stopped";

/**
 * One dispatcher holds launches that its platform does not answer; another one waits beside it. From the end of the
 * first, by SIGKILL or in order, until the second asks its platform about each of them.
 */
export async function measureTakeOver(options: {
  url: string;
  folder: string;
  dispatcherBundle: string;
  launches: number;
  end: EndOfDispatcher;
}): Promise<TakenOver> {
  const { url, folder, dispatcherBundle, launches, end } = options;
  const given = makePlan({ k8s: launches, aws: 0, coolify: 0 });
  const plan = patient({ ...given, platforms: permitAll(given.platforms) });
  const setup: DispatcherSetup = { url, plan, logFile: join(folder, `take-over-${end}.log`), tellCreates: true };
  const first = startChild(dispatcherBundle, { ...setup, neverAnswers: true });
  const children: Child[] = [first];
  try {
    await first.next<Ready>("ready");
    const sent = hearCreates(first);
    await withDatabase(url, (sql) => addBots(sql, launches, plan));
    await sent.reach(launches, GIVE_UP_MS);
    const second = startChild(dispatcherBundle, setup);
    children.push(second);
    await second.next<Ready>("ready");
    const taken = hearCreates(second);
    await delay(Math.random() * RENEWAL_MS);
    const endedAtMs = machineMs();
    if (end === "killed") first.process.kill("SIGKILL");
    else void first.stop();
    await taken.reach(launches, GIVE_UP_MS);
    const times = [...taken.atMs.values()].map((atMs) => atMs - endedAtMs);
    return { p50Ms: percentile(times, 0.5), worstMs: Math.max(...times), launches };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}
