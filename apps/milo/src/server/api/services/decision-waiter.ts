import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { type Decision, readDecisions } from "#server/database/repositories/bots-view.ts";
import { isVisibleIn } from "./pass-snapshot.ts";

/** A look without a hint: a notification may be lost. */
const POLL_MS = 250;

type Waiting = {
  transactionId: string | null;
  resolve(decision: Decision | null): void;
  /** A full pass that could see the bot has ended. */
  passed: boolean;
};

export type DecisionWaiter = {
  /**
   * Resolves when the bot runs (STARTING or later), is final, or was left waiting by a full pass that could see it;
   * with what is known by then after `patienceMs`; null when nothing could be read.
   */
  wait(bot: { botId: number; transactionId: string | null }, patienceMs: number): Promise<Decision | null>;
  /** Resolves true when a full pass has begun after the given transaction and ended. */
  waitForPass(transactionId: string, patienceMs: number): Promise<boolean>;
  close(): Promise<void>;
};

/**
 * Lets callers wait for what the dispatchers decide: one listener and one batched query for all of them, however
 * many wait.
 */
export function createDecisionWaiter(sql: Sql, log: Logger): DecisionWaiter {
  const waiting = new Map<number, Set<Waiting>>();
  const passWaiters = new Set<{ transactionId: string; resolve(seen: boolean): void }>();
  let looking = false;
  let again = false;
  const poll = setInterval(() => void look(), POLL_MS);
  poll.unref();
  const listening = sql
    .listen("milo_decided", (snapshot) => {
      if (snapshot !== "") notePass(snapshot);
      void look();
    })
    .catch((error) => {
      log.warn({ err: error }, "Cannot listen for decisions; polling instead");
      return null;
    });

  function notePass(snapshot: string): void {
    for (const entries of waiting.values()) {
      for (const one of entries) {
        if (one.transactionId === null || isVisibleIn(one.transactionId, snapshot)) one.passed = true;
      }
    }
    for (const waiter of passWaiters) if (isVisibleIn(waiter.transactionId, snapshot)) waiter.resolve(true);
  }

  async function look(): Promise<void> {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again && waiting.size > 0) {
        again = false;
        await lookOnce();
      }
    } catch (error) {
      log.warn({ err: error }, "Cannot read decisions; will look again");
    } finally {
      looking = false;
    }
  }

  async function lookOnce(): Promise<void> {
    // What a pass decided is read after it was heard of, so that a placed bot is never called waiting.
    const passed = new Set([...waiting.values()].flatMap((entries) => [...entries].filter((one) => one.passed)));
    for (const decision of await readDecisions(sql, [...waiting.keys()])) {
      for (const one of waiting.get(decision.botId) ?? []) {
        if (isDecided(decision, passed.has(one))) one.resolve(decision);
      }
    }
  }

  return {
    wait({ botId, transactionId }, patienceMs) {
      return new Promise((resolve) => {
        const entries = waiting.get(botId) ?? new Set<Waiting>();
        const timer = setTimeout(() => void lastLook(), patienceMs);
        const one: Waiting = {
          transactionId,
          passed: false,
          resolve(decision) {
            clearTimeout(timer);
            entries.delete(one);
            if (entries.size === 0) waiting.delete(botId);
            resolve(decision);
          },
        };
        async function lastLook(): Promise<void> {
          const [decision] = await readDecisions(sql, [botId]).catch(() => []);
          one.resolve(decision ?? null);
        }
        waiting.set(botId, entries.add(one));
        void look();
      });
    },
    waitForPass(transactionId, patienceMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiter.resolve(false), patienceMs);
        const waiter = {
          transactionId,
          resolve(seen: boolean) {
            clearTimeout(timer);
            passWaiters.delete(waiter);
            resolve(seen);
          },
        };
        passWaiters.add(waiter);
      });
    },
    async close() {
      clearInterval(poll);
      await (await listening)?.unlisten();
    },
  };
}

function isDecided(decision: Decision, passed: boolean): boolean {
  if (decision.phase === "STARTING" || decision.phase === "RUNNING") return true;
  if (decision.status === "QUEUED") return passed;
  return decision.status !== "DEPLOYING";
}
