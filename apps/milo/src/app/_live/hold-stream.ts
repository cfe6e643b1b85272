import type { LiveClock, OpenConnection } from "./live-stream.ts";
import type { Said } from "./said.ts";
import type { ToldItem, ToldLog } from "./told-log.ts";

export type HolderOptions = {
  tab: string;
  log: ToldLog;
  clock: Pick<LiveClock, "after">;
  openOwn: OpenConnection;
  say(said: Said): void;
  /** Has the tab's stream opened anew, from where it is. */
  reopen(): void;
};

/** The tab that has a stream of its own: it tells the others all that it is told. */
export type Holder = {
  open: OpenConnection;
  hear(said: Said): void;
  /** It holds no longer. */
  yieldSeat(): void;
};

/** As many as the server tells one viewer of. */
const WATCHED_MOST = 200;
const STALLED: ToldItem = { message: { type: "stalled" }, cursor: null };
/** Tabs that open together ask for their bots together. */
const SETTLE_MS = 500;

export function createHolder({ tab, log, clock, openOwn, say, reopen }: HolderOptions): Holder {
  const followers = new Map<string, readonly number[]>();
  let watched: ReadonlySet<number> = new Set();
  let standing: "opening" | "current" | "refused" = "opening";
  let isStalled = false;
  let cancelSettling = () => {};

  const open: OpenConnection = (viewer, listener) => {
    let isOver = false;
    standing = "opening";
    isStalled = false;
    // Its own first, then those of the tab that asked last: a tab that died does not crowd out one that lives.
    const wanted = [...viewer.botIds, ...[...followers.values()].reverse().flat()];
    watched = new Set([...new Set(wanted)].slice(0, WATCHED_MOST));
    const end = (kind: "lost" | "refused") => () => {
      if (isOver) return;
      isOver = true;
      standing = kind === "refused" ? "refused" : "opening";
      followers.clear();
      say({ kind, holder: tab });
      listener[kind]();
    };
    const own = openOwn(
      { lastEventId: viewer.lastEventId, botIds: [...watched] },
      {
        heard() {
          if (isOver) return;
          say({ kind: "alive", holder: tab });
          listener.heard();
        },
        told(message, cursor) {
          if (isOver) return;
          pass({ message, cursor });
          listener.told(message, cursor);
        },
        lost: end("lost"),
        refused: end("refused"),
      },
    );
    return {
      close() {
        if (!isOver) standing = "opening";
        isOver = true;
        own.close();
      },
    };
  };

  function pass(item: ToldItem): void {
    const { type } = item.message;
    log.add(item);
    say({ kind: "told", holder: tab, item });
    if (type === "stalled" || type === "resumed") isStalled = type === "stalled";
    if (type !== "connected" && type !== "reset") return;
    isStalled = false;
    standing = "current";
    say({ kind: "opened", holder: tab });
  }

  function welcome({ tab: to, cursor, botIds }: Extract<Said, { kind: "join" }>): void {
    const items = log.since(cursor);
    if (items === null) return;
    if (isStalled) sayStalled(items);
    followers.delete(to);
    followers.set(to, botIds);
    say({ kind: "welcome", holder: tab, to, items });
    if (botIds.every((id) => watched.has(id))) return;
    cancelSettling();
    cancelSettling = clock.after(SETTLE_MS, reopen);
  }

  return {
    open,
    hear(said) {
      if (said.kind === "leave") followers.delete(said.tab);
      if (said.kind !== "join") return;
      if (standing === "current") welcome(said);
      else if (isStalled) say({ kind: "told", holder: tab, item: STALLED });
      // Whoever joins has been let in: so is this tab, by the same cookie.
      else if (standing === "refused") reopen();
    },
    yieldSeat() {
      cancelSettling();
      followers.clear();
    },
  };
}

/** What ends by "connected" ends by "stalled" instead: it is not so until the database answers. */
function sayStalled(items: ToldItem[]): void {
  const last = items.at(-1);
  if (last?.message.type === "connected") items.pop();
  items.push({ message: { type: "stalled" }, cursor: last?.cursor ?? null });
}
