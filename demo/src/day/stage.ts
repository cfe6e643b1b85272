import { setTimeout as delay } from "node:timers/promises";
import type { BotOrder, MiloApi } from "../api-client.ts";
import type { BotFacts, DayRecord } from "../record/day-record.ts";
import { readBots } from "../record/read-bots.ts";
import { readTimelines } from "../record/read-timelines.ts";
import type { Stack } from "../stack/start-stack.ts";
import type { Terminal } from "../story/terminal.ts";
import type { Timings } from "../timings.ts";
import {
  type Check,
  notReached,
  SCENARIO_NAMES,
  type ScenarioName,
  toVerdict,
  type Verdict,
} from "../verdict/scenario.ts";

/** Every bot by id, as milo's database has it now. */
export type Bots = ReadonlyMap<number, BotFacts>;
type Judge = (record: DayRecord) => Check[];

/** Where the day is played: what its acts may do, and what becomes of their scenarios. */
export type DayStage = {
  timings: Timings;
  /** A bot for a meeting; answers its id. */
  invite(meeting: string, order: Partial<BotOrder> & { callMs: number }): Promise<number>;
  /** Tells bots to leave. */
  dismiss(botIds: readonly number[]): Promise<void>;
  /** Waits until it is so. Throws a sentence when it takes too long. */
  until(what: string, holds: (bots: Bots) => boolean): Promise<void>;
  /** Sends everybody home. */
  dismissAll(): Promise<void>;
  /** Sends everybody home and waits until every slot is free. */
  clear(): Promise<void>;
  /** Plays one scenario and judges it; one that cannot come to its end is a scenario that was not seen. */
  scenario(name: ScenarioName, title: string, play: () => Promise<Judge>): Promise<void>;
  /** The verdicts, on the record as it is now. */
  verdicts(): Promise<Verdict[]>;
};

export type StageOptions = {
  stack: Stack;
  api: MiloApi;
  timings: Timings;
  terminal: Terminal;
  /** Tells all that has happened so far, so that a verdict comes after it. */
  catchUp(): Promise<void>;
  /** Ends every wait. */
  signal: AbortSignal;
};

const LOOK_EVERY_MS = 150;

export function createStage(options: StageOptions): DayStage {
  const { stack, api, timings, terminal, signal } = options;
  const judges = new Map<ScenarioName, Judge>();
  const accidents = new Map<ScenarioName, string>();
  const pause = (ms: number) => delay(ms, undefined, { signal });
  const readDay = () => readBots(stack.database.sql);

  async function until(what: string, holds: (bots: Bots) => boolean): Promise<void> {
    const limit = AbortSignal.timeout(timings.stepLimitMs);
    for (;;) {
      signal.throwIfAborted();
      if (holds((await readDay()).bots)) return;
      if (limit.aborted) throw new Error(`waited ${timings.stepLimitMs / 1_000} s for this: ${what}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async function readRecord(): Promise<DayRecord> {
    const [day, timelines] = await Promise.all([readDay(), readTimelines(stack.emulatorUrls)]);
    return { ...day, ...timelines };
  }

  function judge(name: ScenarioName, record: DayRecord): Verdict {
    const accident = accidents.get(name);
    if (accident !== undefined) return notReached(name, accident);
    try {
      return toVerdict(name, judges.get(name)?.(record) ?? []);
    } catch (error) {
      return notReached(name, messageOf(error));
    }
  }

  async function dismissAll(): Promise<void> {
    const { bots } = await readDay();
    for (const bot of bots.values()) if (bot.finishedAtMs === null) await api.stopBot(bot.id);
  }

  return {
    timings,
    until,
    dismissAll,
    async invite(meeting, { callMs, ...order }) {
      signal.throwIfAborted();
      const meetingUrl = `https://meet.example/demo?join=200ms&waiting=0s&call=${callMs}ms`;
      const botId = await api.createBot({ name: meeting, meetingPlatform: "zoom", meetingUrl, ...order });
      await pause(timings.arrivalGapMs);
      return botId;
    },
    async dismiss(botIds) {
      for (const botId of botIds) await api.stopBot(botId);
    },
    async clear() {
      await dismissAll();
      await until("every slot is free again", (now) => [...now.values()].every(hasLeftNothing));
    },
    async scenario(name, title, play) {
      signal.throwIfAborted();
      terminal.line(`\n${terminal.paint("bold", name)}  ${title}`);
      try {
        judges.set(name, await play());
      } catch (error) {
        accidents.set(name, signal.aborted ? "the day was cut short" : messageOf(error));
        signal.throwIfAborted();
      }
      await options.catchUp();
      const verdict = judge(name, await readRecord());
      tellVerdict(terminal, verdict);
      await pause(timings.pauseMs);
    },
    async verdicts() {
      const record = await readRecord();
      return SCENARIO_NAMES.map((name) =>
        judges.has(name) || accidents.has(name) ? judge(name, record) : notReached(name, "it was not played"),
      );
    },
  };
}

/** Says what the two witnesses say. */
function tellVerdict(terminal: Terminal, { name, ok, observed, expected }: Verdict): void {
  const sign = ok ? terminal.paint("green", "✓ seen") : terminal.paint("red", "✗ NOT seen");
  terminal.line(`${sign}  ${name}`);
  for (const witness of ["database", "emulators"] as const) {
    terminal.line(terminal.paint("dim", `   ${witness.padEnd(9)}  ${observed[witness]}`));
    if (!ok) terminal.line(`   ${"expected".padEnd(9)}  ${expected[witness]}`);
  }
}

function hasLeftNothing(bot: BotFacts): boolean {
  return bot.finishedAtMs !== null && bot.deployments.every((deployment) => deployment.phase === "ENDED");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
