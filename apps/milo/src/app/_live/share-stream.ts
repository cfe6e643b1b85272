import { createFollower } from "./follow-stream.ts";
import { createHolder } from "./hold-stream.ts";
import type { LiveClock, OpenConnection } from "./live-stream.ts";
import type { Said } from "./said.ts";
import { createToldLog } from "./told-log.ts";

/** What tabs of one browser have in common. */
export type Tabs = {
  /** Says something to every other tab. */
  say(said: Said): void;
  seat: Seat;
  close(): void;
};

/** There is one for all tabs of a browser. Who has it may hold a stream. */
export type Seat = {
  /** Stands in line. `change` is told when the seat is had and when it is not any more, never within this call. */
  want(change: (isHeld: boolean) => void): void;
  /** Takes it from a holder that does not run any more. Only for who stands in line. */
  steal(): void;
  leave(): void;
};

export type SharedStreamOptions = {
  /** This tab's name among the tabs. */
  tab: string;
  clock: Pick<LiveClock, "after" | "random">;
  openOwn: OpenConnection;
  /** Null where tabs cannot speak to each other: each has a stream of its own then. */
  openTabs(tab: string, hear: (said: Said) => void): Tabs | null;
  /** Has the tab's stream opened anew, from where it is. */
  reopen(): void;
};

/**
 * One stream for all visible tabs of a browser, which allows six connections to a host: the tab that has the seat opens it,
 * the others follow that tab. To a tab's own state machine both are a connection, so what it does when one is lost holds for
 * either. A tab that comes to have the seat opens the stream from the last cursor it was told. A browser may freeze the tab
 * that has it, or its script may hang: then it says nothing, and another takes the seat.
 */
export type SharedStream = { open: OpenConnection; setVisible(isVisible: boolean): void };

/** The holder says so often that it is there. */
const HERE_MS = 2_500;
/** Counted by a tab's own timer: while it is frozen itself, it counts no silence. */
const SILENT_TURNS = 6;
/** Followers lose patience one after another, so that one takes the seat and the others hear of it. */
const SPREAD_TURNS = 3;

export function createSharedStream({ tab, clock, openOwn, openTabs, reopen }: SharedStreamOptions): SharedStream {
  const log = createToldLog();
  let tabs: Tabs | null = null;
  let isHolder = false;
  const say = (said: Said) => tabs?.say(said);
  const holder = createHolder({ tab, log, clock, openOwn, say, reopen });
  const follower = createFollower({ tab, log, clock, say, reopen });

  let silentTurns = 0;
  let cancelTurn = () => {};

  function turn(): void {
    cancelTurn = clock.after(HERE_MS, turn);
    if (isHolder) say({ kind: "here", holder: tab });
    else if (++silentTurns >= SILENT_TURNS + Math.floor(clock.random() * SPREAD_TURNS)) takeOver();
  }

  function takeOver(): void {
    silentTurns = 0;
    say({ kind: "here", holder: tab });
    tabs?.seat.steal();
  }

  function hear(said: Said): void {
    if ("holder" in said) silentTurns = 0;
    if (said.kind === "here") return;
    if (isHolder) holder.hear(said);
    else follower.hear(said);
  }

  function takeSeat(isHeld: boolean): void {
    if (isHeld === isHolder) return;
    isHolder = isHeld;
    silentTurns = 0;
    if (isHeld) say({ kind: "here", holder: tab });
    else holder.yieldSeat();
    reopen();
  }

  return {
    open(viewer, listener) {
      log.begin(viewer.lastEventId);
      return isHolder || tabs === null ? holder.open(viewer, listener) : follower.open(viewer, listener);
    },
    setVisible(isVisible) {
      if (isVisible && tabs === null) {
        tabs = openTabs(tab, hear);
        tabs?.seat.want(takeSeat);
        silentTurns = 0;
        if (tabs !== null) cancelTurn = clock.after(HERE_MS, turn);
      }
      if (isVisible || tabs === null) return;
      cancelTurn();
      tabs.seat.leave();
      tabs.close();
      tabs = null;
      holder.yieldSeat();
      isHolder = false;
    },
  };
}
