import { setTimeout as delay } from "node:timers/promises";
import type { Sql } from "@milo/milo/server/database/client.ts";
import { nameBot } from "@milo/placement";
import type { MiloApi } from "../api-client.ts";
import { type FreedSlot, readEvents, readFreedSlots, type ToldEvent } from "./read-events.ts";
import { type StoryLine, tellEvent, tellFreedSlot, tellWait } from "./story-lines.ts";
import type { Terminal } from "./terminal.ts";

/** Tells what happens as it happens, from what milo writes down. */
export type Narrator = {
  /** Tells everything that has happened so far. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
};

const LOOK_EVERY_MS = 250;
/** A bot that has no slot by then is one that waits. */
const WAITS_AFTER_MS = 600;
const SIGN_COLUMN = 34;
const WHY_COLUMN = 24;

export function startNarrator(sql: Sql, api: MiloApi, terminal: Terminal): Narrator {
  const told = new Set<number>();
  const freed = new Set<number>();
  const arrived = new Map<number, ToldEvent>();
  let newest = 0;
  let looking: Promise<void> = Promise.resolve();
  const ending = new AbortController();

  const tell = (at: Date, bot: { botId: number; name: string }, line: StoryLine | null) => {
    if (line !== null) terminal.line(format(terminal, at, bot, line));
  };

  async function look(): Promise<void> {
    const [events, slots] = await Promise.all([readEvents(sql, newest), readFreedSlots(sql)]);
    const news = [
      ...events.filter((event) => !told.has(event.id)).map((event) => ({ at: event.at, tell: () => note(event) })),
      ...slots.filter((slot) => !freed.has(slot.deploymentId)).map((slot) => ({ at: slot.at, tell: () => free(slot) })),
    ];
    news.sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const one of news) one.tell();
    await explainWaits();
  }

  function note(event: ToldEvent): void {
    told.add(event.id);
    newest = Math.max(newest, event.id);
    tell(event.at, event, tellEvent(event));
    if (event.code === "QUEUED") arrived.set(event.botId, event);
    else arrived.delete(event.botId);
  }

  function free(slot: FreedSlot): void {
    freed.add(slot.deploymentId);
    tell(slot.at, slot, tellFreedSlot(slot));
  }

  async function explainWaits(): Promise<void> {
    const due = [...arrived.values()].filter((event) => Date.now() - event.at.getTime() > WAITS_AFTER_MS);
    if (due.length === 0) return;
    const queue = new Map((await api.getQueuedBots()).map((waiting) => [waiting.botId, waiting]));
    for (const event of due) {
      arrived.delete(event.botId);
      const waiting = queue.get(event.botId);
      if (waiting !== undefined) tell(new Date(), event, tellWait(waiting.position, waiting.reason));
    }
  }

  const catchUp = () => {
    looking = looking.then(look).catch(() => undefined); // Told at the next look; a lost stack is reported elsewhere.
    return looking;
  };
  const loop = (async () => {
    while (!ending.signal.aborted) {
      await catchUp();
      await delay(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    catchUp,
    async stop() {
      ending.abort();
      await loop;
    },
  };
}

function format(terminal: Terminal, at: Date, bot: { botId: number; name: string }, line: StoryLine): string {
  const who = `${nameBot(bot.botId, "within")} “${bot.name}”`.padEnd(SIGN_COLUMN);
  const what = terminal.paint(line.style, `${line.sign}  ${line.what.padEnd(WHY_COLUMN)}`);
  return `${terminal.paint("dim", clockTime(at))}  ${who}${what} ${line.why}`.trimEnd();
}

function clockTime(at: Date): string {
  return at.toTimeString().slice(0, 8);
}
