import type { LiveMessage } from "#server/api/services/live/live-service.ts";
import { changeLiveState, type LiveChange, type LiveState, startLiveState } from "./live-state.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";

/** One try to hold the stream open. It ends with `lost` or `refused`, once at most; `heard` is any sign of life. */
export type LiveConnection = { close(): void };
export type LiveListener = {
  heard(): void;
  told(message: LiveMessage, cursor: string | null): void;
  lost(): void;
  /** The viewer is signed out: to try again is of no use. */
  refused(): void;
};
export type OpenConnection = (
  viewer: { lastEventId: string | undefined; botIds: readonly number[] },
  listener: LiveListener,
) => LiveConnection;

export type LiveClock = {
  nowMs(): number;
  /** → cancels it. */
  after(delayMs: number, run: () => void): () => void;
  random(): number;
};

export type LiveStreamOptions = {
  open: OpenConnection;
  clock: LiveClock;
  onMessage(message: LiveMessage): void;
  /** The phase is another one. */
  onState(state: LiveState): void;
};

/** The one stream of a tab: open while the tab is visible, opened again from where it was whenever it is lost. */
export type LiveStream = {
  /** Where the first paint was read; without effect once there is a cursor. */
  begin(cursor: string): void;
  setVisible(isVisible: boolean): void;
  /** Whose heartbeats are told. Opens the stream anew when these are not among those it tells of already. */
  watch(botIds: readonly number[]): void;
  /** Tries now instead of when the next try is due. */
  retryNow(): void;
  /** Opens the stream anew from where it is, because it is to be had elsewhere. */
  reopen(): void;
  stop(): void;
};

/** A connection that says nothing for so long is not coming: a proxy, or six other connections, hold it up. */
const OPEN_WITHIN_MS = 5_000;

export function createLiveStream({ open, clock, onMessage, onState }: LiveStreamOptions): LiveStream {
  let state = startLiveState(clock.nowMs());
  let cursor: string | undefined;
  let wanted: readonly number[] = [];
  let watched: readonly number[] = [];
  let connection: LiveConnection | null = null;
  let cancelTimer = () => {};
  let failures = 0;
  let isVisible: boolean | null = null;

  function change(what: LiveChange): void {
    const before = state;
    state = changeLiveState(state, what, clock.nowMs());
    if (state.phase !== before.phase) onState(state);
  }

  function connect(): void {
    disconnect();
    let isOver = false;
    const end = (how: "lost" | "refused") => {
      if (isOver) return;
      isOver = true;
      disconnect();
      change(how);
      if (how === "refused") return;
      cancelTimer = clock.after(reconnectDelayMs(failures, clock.random()), connect);
      failures += 1;
    };
    const heard = () => {
      if (isOver) return;
      cancelTimer();
      change("heard");
    };
    const lost = () => end("lost");
    watched = wanted;
    cancelTimer = clock.after(OPEN_WITHIN_MS, lost);
    const opened = open(
      { lastEventId: cursor, botIds: watched },
      {
        heard,
        lost,
        refused: () => end("refused"),
        told(message, id) {
          if (isOver) return;
          heard();
          if (id !== null) cursor = id;
          take(message);
        },
      },
    );
    connection = {
      close() {
        isOver = true;
        opened.close();
      },
    };
    if (isOver) opened.close();
  }

  function take(message: LiveMessage): void {
    onMessage(message);
    if (message.type === "connected" || message.type === "reset") {
      failures = 0;
      change("caughtUp");
    } else if (message.type === "stalled" || message.type === "resumed") change(message.type);
  }

  function disconnect(): void {
    cancelTimer();
    cancelTimer = () => {};
    connection?.close();
    connection = null;
  }

  return {
    begin(at) {
      cursor ??= at;
    },
    setVisible(now) {
      if (now === isVisible) return;
      isVisible = now;
      change(now ? "shown" : "hidden");
      failures = 0;
      if (now) connect();
      else disconnect();
    },
    watch(botIds) {
      wanted = botIds;
      const known = new Set(watched);
      if (connection !== null && wanted.some((id) => !known.has(id))) connect();
    },
    retryNow() {
      if (isVisible && connection === null) connect();
    },
    reopen() {
      if (isVisible) connect();
    },
    stop: disconnect,
  };
}
