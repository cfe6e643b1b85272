import { createListeners } from "./listeners.ts";
import type { LiveClock } from "./live-stream.ts";

/** Which bots' heartbeats the tab is told, and when each was last heard by this tab's clock. */
export type HeartbeatBook = {
  note(heartbeats: readonly { botId: number; ageMs: number }[]): void;
  heardAtMs(botId: number): number | undefined;
  onChange(listener: () => void): () => void;
  /** → ends it. `change` is given all that are watched, soon after that has changed. */
  watch(botIds: readonly number[], change: (all: readonly number[]) => void): () => void;
  stop(): void;
};

/** As many as the server tells one viewer of. */
const WATCHED_MOST = 200;
/** A table that is paged or filtered changes its rows several times within a moment. */
const SETTLE_MS = 500;

export function createHeartbeatBook(clock: Pick<LiveClock, "nowMs" | "after">): HeartbeatBook {
  const heard = new Map<number, number>();
  const watches = new Set<readonly number[]>();
  const listeners = createListeners<void>();
  let cancelSettling = () => {};

  function settle(change: (all: readonly number[]) => void): void {
    cancelSettling();
    cancelSettling = clock.after(SETTLE_MS, () => {
      const all = [...new Set([...watches].flat())].slice(0, WATCHED_MOST);
      for (const botId of heard.keys()) if (!all.includes(botId)) heard.delete(botId);
      change(all);
    });
  }

  return {
    note(heartbeats) {
      for (const { botId, ageMs } of heartbeats) heard.set(botId, clock.nowMs() - ageMs);
      listeners.tell();
    },
    heardAtMs: (botId) => heard.get(botId),
    onChange: listeners.add,
    watch(botIds, change) {
      const watch = [...botIds];
      watches.add(watch);
      settle(change);
      return () => {
        watches.delete(watch);
        settle(change);
      };
    },
    stop: () => cancelSettling(),
  };
}
