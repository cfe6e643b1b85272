import { setTimeout as delay } from "node:timers/promises";
import { createTestApi, type TestApi } from "../../../e2e/testing/stack/milo-api.ts";
import { createRandom, type Random } from "../../../sim/src/engine/random.ts";
import { drawOrder, type Order, type Pace } from "./orders.ts";

/** Bots that milo said it accepted. */
export type AcceptedBot = { botId: number; name: string };

export type Callers = {
  accepted: readonly AcceptedBot[];
  /** Calls that had no answer or a refusal. */
  failedCalls(): number;
  /** Sends no more; resolves when every call has had its answer. */
  stop(): Promise<void>;
};

/** About what the first plan's limits hold. */
const CHAOS_PACE: Pace = { meanGapMs: 800, callSeconds: [2, 14] };
const MOST_AT_ONCE = 8;

/**
 * Sends bots, one by one and in bulk, and stops some of them, as the seed says. A call that fails is not repeated: the
 * bot may have been accepted all the same, and milo then owes it an end like any other.
 */
export function startCallers(url: string, seed: number, pace: Pace = CHAOS_PACE): Callers {
  const random = createRandom(seed);
  const api = createTestApi(url, undefined);
  const accepted: AcceptedBot[] = [];
  const underWay = new Set<Promise<void>>();
  const over = new AbortController();
  let failed = 0;
  let number = 0;
  const call = (work: () => Promise<void>) => {
    const mine = work()
      .catch(() => void failed++)
      .finally(() => underWay.delete(mine));
    underWay.add(mine);
  };
  const next = () => drawOrder(random, ++number, pace);
  const run = async () => {
    while (!over.signal.aborted) {
      const bulk = random.chance(0.08);
      const orders = Array.from({ length: bulk ? random.integer(3, MOST_AT_ONCE) : 1 }, next);
      const stopAfterMs = random.chance(0.1) ? random.integer(50, 9_000) : null;
      call(() => (bulk ? sendMany(api, orders, accepted) : sendOne(api, orders, accepted, stopAfterMs, over.signal)));
      const gapMs = pace.meanGapMs * orders.length * (0.2 + 1.6 * random.next());
      await delay(gapMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    accepted,
    failedCalls: () => failed,
    async stop() {
      over.abort();
      await running;
      await Promise.allSettled([...underWay]);
    },
  };
}

async function sendOne(
  api: TestApi,
  [order]: readonly Order[],
  accepted: AcceptedBot[],
  stopAfterMs: number | null,
  signal: AbortSignal,
): Promise<void> {
  if (order === undefined) return;
  const { botId, created } = await api.mutate<{ botId: number; created: boolean }>("bots.create", order);
  if (created) accepted.push({ botId, name: order.name });
  if (stopAfterMs === null) return;
  await delay(stopAfterMs, undefined, { signal }).catch(() => undefined);
  await api.stopBot(botId);
}

async function sendMany(api: TestApi, bots: readonly Order[], accepted: AcceptedBot[]): Promise<void> {
  type Result = { index: number; ok: boolean; botId?: number; created?: boolean };
  const { results } = await api.mutate<{ results: Result[] }>("bots.createMany", { bots });
  for (const { index, ok, botId, created } of results) {
    if (ok && created === true && botId !== undefined) accepted.push({ botId, name: bots[index]?.name ?? "" });
  }
}

/** The random numbers of one part of a run, so that more draws in one part change nothing in another. */
export function partOf(seed: number, part: number): Random {
  return createRandom((Math.imul(seed, 2_654_435_761) ^ Math.imul(part, 40_503)) >>> 0);
}
