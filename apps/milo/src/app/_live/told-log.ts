import type { LiveMessage } from "#server/api/services/live/live-service.ts";

/** A message as it came, and the cursor that says it was had; null for what no cursor speaks of. */
export type ToldItem = { message: LiveMessage; cursor: string | null };

/** What this tab was told, without a gap, for tabs that follow it. */
export type ToldLog = {
  /** Where the first paint was read, while nothing else is known. */
  begin(cursor: string | undefined): void;
  add(item: ToldItem): void;
  /** What brings a tab with this cursor to where this one is; null while this one has no cursor itself. */
  since(cursor: string | undefined): ToldItem[] | null;
};

/**
 * Cursors are compared as texts, as the server wrote them: one that is not among the last `most` messages is answered by
 * `reset`, and the tab reads its page again, which is never wrong.
 */
export function createToldLog(most = 500): ToldLog {
  let told: { cursor: string | null; message: LiveMessage | null }[] = [];

  const newest = () => told.findLast(({ cursor }) => cursor !== null)?.cursor ?? null;

  return {
    begin(cursor) {
      if (told.length === 0 && cursor !== undefined) told.push({ cursor, message: null });
    },
    add({ message, cursor }) {
      const isKept = message.type === "events" || message.type === "platforms";
      if (message.type === "reset") told = [];
      if (!isKept && cursor === null) return;
      told.push({ cursor, message: isKept ? message : null });
      if (told.length > most) told.shift();
    },
    since(cursor) {
      const now = newest();
      if (now === null) return null;
      const connected: ToldItem = { message: { type: "connected" }, cursor: now };
      if (cursor === undefined) return [connected];
      const place = told.findLastIndex((one) => one.cursor === cursor);
      if (place < 0) {
        return [{ message: { type: "reset", reason: "too_far_behind", seen: readSeen(now) }, cursor: now }];
      }
      const missed = told.slice(place + 1).flatMap(({ message, cursor: at }) => {
        return message === null ? [] : [{ message, cursor: at }];
      });
      return [...missed, connected];
    },
  };
}

/** The highest ids of a cursor, `105:99-100~17`. */
function readSeen(cursor: string): { bots: number; platforms: number } {
  const [bots = 0, platforms = 0] = cursor.split("~").map((log) => Number.parseInt(log, 10));
  return { bots, platforms };
}
