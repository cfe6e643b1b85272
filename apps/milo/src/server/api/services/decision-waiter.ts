import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { type Decision, readDecisions } from "#server/database/repositories/bots-view.ts";
import { readDecidedNotice, type StartedNotice } from "#server/database/repositories/notify.ts";
import { isVisibleIn } from "./pass-snapshot.ts";

/** A look without a hint: a notification may be lost. */
const POLL_MS = 250;
/** Bots that a pass has placed announce their own start; who is left after this is read at once for all. */
const SETTLE_MS = 50;

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
  let settling: NodeJS.Timeout | null = null;
  const poll = setInterval(() => void look(), POLL_MS);
  poll.unref();
  const listening = sql
    .listen("milo_decided", (payload) => {
      const notice = readDecidedNotice(payload);
      if (notice.kind === "started") notice.started.forEach(noteStarted);
      else if (notice.kind === "passed") notePass(notice.snapshot);
      else void look();
    })
    .catch((error) => {
      log.warn({ err: error }, "Cannot listen for decisions; polling instead");
      return null;
    });

  function noteStarted({ botId, platform, identifier }: StartedNotice): void {
    const known = { status: "DEPLOYING", statusReason: null, phase: "STARTING" } as const;
    for (const one of waiting.get(botId) ?? []) {
      one.resolve({ botId, platform, platformIdentifier: identifier, ...known });
    }
  }

  function notePass(snapshot: string): void {
    for (const entries of waiting.values()) {
      for (const one of entries) {
        if (one.transactionId === null || isVisibleIn(one.transactionId, snapshot)) one.passed = true;
      }
    }
    if (waiting.size > 0) settling ??= setTimeout(lookAfterPass, SETTLE_MS);
    for (const waiter of passWaiters) if (isVisibleIn(waiter.transactionId, snapshot)) waiter.resolve(true);
  }

  function lookAfterPass(): void {
    settling = null;
    void look();
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
        // Of a bot made this moment nothing can be known yet.
        if (transactionId === null) void look();
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
      clearTimeout(settling ?? undefined);
      await (await listening)?.unlisten();
    },
  };
}

function isDecided(decision: Decision, passed: boolean): boolean {
  if (decision.phase === "STARTING" || decision.phase === "RUNNING") return true;
  if (decision.status === "QUEUED") return passed;
  return decision.status !== "DEPLOYING";
}
