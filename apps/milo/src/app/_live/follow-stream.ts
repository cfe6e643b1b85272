import type { LiveMessage } from "#server/api/services/live/live-service.ts";
import type { LiveClock, OpenConnection } from "./live-stream.ts";
import type { Said } from "./said.ts";
import type { ToldItem, ToldLog } from "./told-log.ts";

export type FollowerOptions = {
  tab: string;
  log: ToldLog;
  clock: Pick<LiveClock, "after">;
  say(said: Said): void;
  reopen(): void;
};

/** A tab that is told by another what that one's stream says. To its own stream this is a connection like any other. */
export type Follower = { open: OpenConnection; hear(said: Said): void };

/** A holder that says nothing for so long is not there, as with a stream of one's own. */
const SILENCE_MS = 5_000;

export function createFollower({ tab, log, clock, say, reopen }: FollowerOptions): Follower {
  let hearing: ((said: Said) => void) | null = null;

  const open: OpenConnection = ({ lastEventId, botIds }, listener) => {
    const mine = new Set(botIds);
    let cursor = lastEventId;
    let holder: string | null = null;
    let cancelSilence = () => {};

    const join = () => say({ kind: "join", tab, cursor, botIds });
    const stop = () => {
      cancelSilence();
      if (hearing === hear) hearing = null;
    };
    const end = (kind: "lost" | "refused") => {
      stop();
      listener[kind]();
    };
    const waitOn = () => {
      cancelSilence();
      cancelSilence = clock.after(SILENCE_MS, () => end("lost"));
    };

    function take({ message, cursor: at }: ToldItem): void {
      if (at !== null) cursor = at;
      log.add({ message, cursor: at });
      const heard = message.type === "heartbeats" ? onlyOf(mine, message) : message;
      if (heard !== null) listener.told(heard, at);
    }

    function hear(said: Said): void {
      if (said.kind === "opened" && said.holder !== holder) join();
      else if (said.kind === "refused") end("refused");
      else if (said.kind === "welcome" && said.to === tab) beWelcomed(said);
      else if (holder === null && isStalled(said)) listener.told(said.item.message, null);
      else if ("holder" in said && said.holder === holder) hearHolder(said);
    }

    function beWelcomed(said: Extract<Said, { kind: "welcome" }>): void {
      // It may have asked twice before the first answer.
      if (said.holder === holder) return;
      holder = said.holder;
      waitOn();
      for (const item of said.items) take(item);
    }

    function hearHolder(said: Said): void {
      waitOn();
      if (said.kind === "lost") end("lost");
      else if (said.kind === "told") take(said.item);
      else if (said.kind === "alive") listener.heard();
    }

    hearing = hear;
    join();
    return {
      close() {
        stop();
        say({ kind: "leave", tab });
      },
    };
  };

  return {
    open,
    hear(said) {
      if (hearing !== null) hearing(said);
      else if (said.kind === "opened") reopen();
    },
  };
}

/** The stream that it waits to follow has not begun for want of the database: that is known without being let in. */
function isStalled(said: Said): said is Extract<Said, { kind: "told" }> {
  return said.kind === "told" && said.item.message.type === "stalled";
}

/** Heartbeats come for the bots of every tab; null when none is of these. */
function onlyOf(
  botIds: ReadonlySet<number>,
  { heartbeats }: Extract<LiveMessage, { type: "heartbeats" }>,
): LiveMessage | null {
  const mine = heartbeats.filter(({ botId }) => botIds.has(botId));
  return mine.length === 0 ? null : { type: "heartbeats", heartbeats: mine };
}
