import type { DeploymentPlatform } from "@milo/placement";
import type {
  HeartbeatAge,
  LiveBotEvent,
  LivePlatformEvent,
  LivePosition,
} from "#server/database/repositories/live-events.ts";

/** What the feed tells a viewer; `at` is where the feed was then. */
export type FeedMessage =
  | { type: "joined"; at: LivePosition }
  | { type: "events"; at: LivePosition; botEvents: LiveBotEvent[]; platformEvents: LivePlatformEvent[] }
  /** What it would have been told was left out. */
  | { type: "overflow"; at: LivePosition; reason: "too_far_behind" | "too_slow" }
  | { type: "heartbeats"; heartbeats: HeartbeatAge[] }
  | { type: "platforms"; platforms: DeploymentPlatform[] }
  | { type: "stalled" }
  | { type: "resumed" };

/** One viewer's messages until it takes them. */
export type Inbox = {
  /** Bots whose heartbeats it is told. */
  botIds: ReadonlySet<number>;
  put(message: FeedMessage): void;
  /** Ends it: `take` throws this, at once. */
  fail(error: Error): void;
  /** The next message; null once `signal` is aborted. */
  take(signal: AbortSignal | undefined): Promise<FeedMessage | null>;
};

/** Of a viewer that takes nothing all it had is replaced by one `overflow`, so that it holds no more than `most` events. */
export function createInbox(botIds: ReadonlySet<number>, most: number): Inbox {
  let waiting: FeedMessage[] = [];
  let held = 0;
  let latest: LivePosition | null = null;
  let failure: Error | null = null;
  let wake = () => {};

  function put(message: FeedMessage): void {
    if ("at" in message) latest = message.at;
    waiting.push(message);
    held += weigh(message);
    if (held > most && latest !== null) {
      waiting = [{ type: "overflow", at: latest, reason: "too_slow" }];
      held = 1;
    }
    wake();
  }

  async function take(signal: AbortSignal | undefined): Promise<FeedMessage | null> {
    for (;;) {
      if (signal?.aborted) return null;
      if (failure !== null) throw failure;
      const message = waiting.shift();
      if (message !== undefined) {
        held -= weigh(message);
        return message;
      }
      await untilWoken(signal);
    }
  }

  async function untilWoken(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const stop = () => resolve();
    signal?.addEventListener("abort", stop);
    await promise;
    signal?.removeEventListener("abort", stop);
  }

  function fail(error: Error): void {
    failure = error;
    waiting = [];
    wake();
  }

  return { botIds, put, fail, take };
}

function weigh(message: FeedMessage): number {
  if (message.type === "heartbeats") return 1 + message.heartbeats.length;
  return message.type === "events" ? 1 + message.botEvents.length + message.platformEvents.length : 1;
}
