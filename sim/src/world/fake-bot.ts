import { type BotEvent, HEARTBEAT_INTERVAL_MS, type ReportedStatus } from "@milo/bot-contract";
import type { Sql } from "@milo/milo/server/database/client.ts";
import { claimAttempt } from "@milo/milo/server/database/repositories/claim-attempt.ts";
import { recordHeartbeat } from "@milo/milo/server/database/repositories/record-heartbeat.ts";
import { reportEvents } from "@milo/milo/server/database/repositories/report-events.ts";
import type { Clock } from "../engine/clock.ts";
import type { Random } from "../engine/random.ts";
import type { FakeCluster } from "./fake-cluster.ts";
import type { FakeProcess, FakeWorkload } from "./fake-workload.ts";
import type { Faults } from "./faults.ts";

/** A bot that keeps the contract: claim, heartbeats, events, a final report, then its exit. */
export type FakeBot = {
  workload: FakeWorkload;
  process: FakeProcess;
  /** When it next has something to say; null = never again by itself. */
  nextMs: number | null;
  /** Whether its last call was answered with a refusal, after which it only waits for its end. */
  isRefused(): boolean;
  /** It gets SIGTERM: whatever it is at, it leaves. */
  terminate(): void;
  /** Makes its next call, on a connection of milo's web process. */
  act(sql: Sql): Promise<void>;
};

export type BotParts = {
  clock: Clock;
  random: Random;
  faults: Faults;
  cluster: FakeCluster;
  claimLeaseMs: number;
  maxDurationMs: number;
  /** Whether milo's web process is there. */
  isHeard(): boolean;
};

const RETRY_MS = 2_000;

export function createFakeBot(parts: BotParts, workload: FakeWorkload, process: FakeProcess): FakeBot {
  const { clock, random, faults, cluster } = parts;
  const { launchKey } = workload;
  const { bootId } = process;
  const dies = random.chance(faults.botDies * 5);
  const path = drawPath(random);
  let refused = false;
  let leaseUntilMs = Number.NEGATIVE_INFINITY;
  let nextBeatMs = 0;
  let nextReportMs = 0;
  let reported = 0;
  let leaving = false;
  let leavingCode = "BOT_LEAVING";

  const bot: FakeBot = {
    workload,
    process,
    nextMs: random.chance(faults.botNeverClaims) ? null : clock.nowMs() + drawBootMs(random, faults),
    isRefused: () => refused,
    terminate() {
      if (leaving || process.toMs !== null) return;
      if (leaseUntilMs === Number.NEGATIVE_INFINITY) return exit();
      leaving = true;
      leavingCode = "TERMINATED";
      leaveSoon();
    },
    async act(sql) {
      if (process.toMs !== null) {
        bot.nextMs = null;
        return;
      }
      if (process.claimedMs === null || leaseUntilMs === Number.NEGATIVE_INFINITY) await claim(sql);
      else if (dies && random.chance(0.1)) die();
      else if (nextBeatMs <= clock.nowMs()) await beat(sql);
      else await report(sql);
    },
  };

  function die(): void {
    bot.nextMs = null;
    const infrastructure = random.chance(0.5);
    cluster.exit(workload, { exitCode: infrastructure ? null : 1, reason: "It died", infrastructure });
  }

  /** Answers null when the call or its answer was lost; the call may have had its effect. */
  async function call<T>(send: () => Promise<T>): Promise<T | null> {
    const lost = random.chance(faults.lostCall);
    if (!parts.isHeard() || workload.cutOff || (lost && random.chance(0.5))) return null;
    const answer = await send();
    return lost ? null : answer;
  }

  async function claim(sql: Sql): Promise<void> {
    const sentMs = clock.nowMs();
    const reply = await call(async () => {
      const result = await claimAttempt(sql, { launchKey, bootId, maxDurationMs: parts.maxDurationMs });
      if (result?.accepted === true) {
        process.claimedMs ??= clock.nowMs();
        workload.heardMs = Math.max(workload.heardMs ?? 0, clock.databaseMs());
      }
      return result ?? { accepted: false as const };
    });
    if (reply === null) {
      bot.nextMs = clock.nowMs() + RETRY_MS;
    } else if (!reply.accepted) {
      refused = true;
      bot.nextMs = null;
    } else {
      leaseUntilMs = sentMs + parts.claimLeaseMs;
      nextBeatMs = clock.nowMs() + HEARTBEAT_INTERVAL_MS;
      scheduleReport(random.integer(100, 5_000));
    }
  }

  async function beat(sql: Sql): Promise<void> {
    const sentMs = clock.nowMs();
    const reply = await call(() => {
      workload.heardMs = Math.max(workload.heardMs ?? 0, clock.databaseMs());
      return recordHeartbeat(sql, { launchKey, bootId });
    });
    nextBeatMs =
      clock.nowMs() + (reply === null ? RETRY_MS : Math.round((HEARTBEAT_INTERVAL_MS * random.integer(80, 120)) / 100));
    if (reply?.accepted === true && !reply.unknown) leaseUntilMs = sentMs + parts.claimLeaseMs;
    if (reply?.leave === true) leave();
    scheduleNext();
  }

  async function report(sql: Sql): Promise<void> {
    const status = path[reported];
    if (status === undefined) return exit();
    // Before joining, milo must have accepted it under a lease that still runs.
    if (status === "JOINING_CALL" && leaseUntilMs <= clock.nowMs()) {
      nextBeatMs = clock.nowMs();
      return scheduleReport(RETRY_MS);
    }
    const event: BotEvent = {
      id: `${bootId}-${reported}`,
      at: new Date(clock.nowMs()).toISOString(),
      status,
      code: status === "LEAVING" ? leavingCode : `BOT_${status}`,
      message: `It is ${status}`,
    };
    const reply = await call(() => reportEvents(sql, { launchKey, bootId, events: [event] }));
    if (reply === null) return scheduleReport(RETRY_MS);
    reported++;
    if (reply.leave) leave();
    if (status === "DONE" || status === "FATAL") return exit();
    scheduleReport(drawStayMs(random, status));
  }

  /** Told to leave: says so and reports its end. */
  function leave(): void {
    if (leaving) return;
    leaving = true;
    if (random.chance(faults.slow)) return;
    leaveSoon();
  }

  function leaveSoon(): void {
    path.splice(reported, path.length, "LEAVING", "DONE");
    scheduleReport(random.integer(100, 5_000));
  }

  function exit(): void {
    bot.nextMs = null;
    clock.after(random.integer(10, 4_000), () => {
      if (process.toMs === null) cluster.exit(workload, { exitCode: 0, reason: "Completed", infrastructure: false });
    });
  }

  function scheduleReport(inMs: number): void {
    nextReportMs = clock.nowMs() + inMs;
    scheduleNext();
  }

  function scheduleNext(): void {
    bot.nextMs = Math.min(nextBeatMs, nextReportMs);
  }

  return bot;
}

function drawBootMs(random: Random, faults: Faults): number {
  return random.chance(faults.slow) ? random.integer(30_000, 300_000) : random.integer(100, 6_000);
}

function drawPath(random: Random): ReportedStatus[] {
  const waits: ReportedStatus[] = random.chance(0.5) ? ["IN_WAITING_ROOM"] : [];
  const end: ReportedStatus[] = random.weighted([
    [6, ["IN_CALL", "LEAVING", "CALL_ENDED", "DONE"] as ReportedStatus[]],
    [2, ["IN_CALL", "DONE"] as ReportedStatus[]],
    [1, ["FATAL"] as ReportedStatus[]],
    [1, ["IN_CALL", "FATAL"] as ReportedStatus[]],
  ]);
  return random.chance(0.05) ? ["DONE"] : ["JOINING_CALL", ...waits, ...end];
}

function drawStayMs(random: Random, status: ReportedStatus): number {
  return status === "IN_CALL"
    ? random.integer(1_000, random.chance(0.3) ? 700_000 : 20_000)
    : random.integer(100, 8_000);
}
