import { DEPLOYMENT_PLATFORMS } from "@milo/placement";
import type { QueryClient } from "@tanstack/react-query";
import type { LiveMessage } from "#server/api/services/live/live-service.ts";
import type { ApiClient } from "../_api/create-api-client.ts";
import { tabsOfBrowser } from "./browser-tabs.ts";
import { createHeartbeatBook } from "./heartbeat-book.ts";
import { createListeners } from "./listeners.ts";
import type { Live } from "./live-context.ts";
import { startLiveState } from "./live-state.ts";
import { createLiveStream, type LiveClock } from "./live-stream.ts";
import { connectBy } from "./open-connection.ts";
import { createRecentNews } from "./recent-news.ts";
import { createQueryRefresh } from "./refresh-queries.ts";
import { serverNowMs } from "./server-clock.ts";
import { createSharedStream } from "./share-stream.ts";
import { readNews } from "./what-changed.ts";

const PLATFORMS_MAY_HAVE_CHANGED =
  readNews({ type: "platforms", platforms: [...DEPLOYMENT_PLATFORMS] }) ?? "everything";

const clock: LiveClock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** What is shown beside the server's own times is told by its clock; seats are kept between tabs of one clock. */
const shownClock: LiveClock = { ...clock, nowMs: serverNowMs };

/** The tab's live stream, its own or another tab's, tied to what the tab has read. It is at rest until `setVisible(true)`. */
export function createLive(
  client: ApiClient,
  queryClient: QueryClient,
): Live & { setVisible(isVisible: boolean): void; stop(): void } {
  const refresh = createQueryRefresh(queryClient);
  const recent = createRecentNews();
  const heartbeats = createHeartbeatBook(shownClock);
  const stateListeners = createListeners<void>();
  const messageListeners = createListeners<LiveMessage>();
  let state = startLiveState(shownClock.nowMs());
  let hasBegun = false;

  const shared = createSharedStream({
    tab: Math.random().toString(36).slice(2),
    clock,
    openOwn: connectBy(client),
    openTabs: tabsOfBrowser(clock),
    reopen: () => stream.reopen(),
  });
  const stream = createLiveStream({
    open: shared.open,
    clock: shownClock,
    onMessage: take,
    onState(now) {
      const isBack = now.phase === "connected" && state.phase !== "connected";
      state = now;
      stateListeners.tell();
      if (now.phase === "connected") refresh.retryFailed();
      // What platforms hold may change without an event: no catching up tells what of that was missed.
      if (isBack) refresh.apply(PLATFORMS_MAY_HAVE_CHANGED);
    },
  });

  function take(message: LiveMessage): void {
    if (message.type === "events") recent.add(message);
    if (message.type === "reset") recent.forget(message.seen);
    if (message.type === "heartbeats") heartbeats.note(message.heartbeats);
    const news = readNews(message);
    if (news !== null) refresh.apply(news);
    messageListeners.tell(message);
  }

  return {
    state: () => state,
    onState: stateListeners.add,
    onMessage: messageListeners.add,
    arrive(point) {
      if (!hasBegun) {
        hasBegun = true;
        const { bots, platforms } = point.position;
        recent.forget({ bots: bots.high, platforms: platforms.high });
        stream.begin(point.cursor);
        return;
      }
      const since = recent.since(point);
      if (since === null) refresh.apply("everything");
      for (const message of since ?? []) {
        const news = readNews(message);
        if (news !== null) refresh.apply(news);
      }
    },
    watch(botIds) {
      const unwatch = heartbeats.watch(botIds, (all) => stream.watch(all));
      return unwatch;
    },
    heardAtMs: heartbeats.heardAtMs,
    onHeartbeats: heartbeats.onChange,
    retryNow: stream.retryNow,
    setVisible(isVisible) {
      // The stream says to the other tabs what it does, so it opens after and closes before them.
      if (isVisible) shared.setVisible(true);
      stream.setVisible(isVisible);
      if (!isVisible) shared.setVisible(false);
    },
    stop() {
      stream.stop();
      shared.setVisible(false);
      refresh.stop();
      heartbeats.stop();
    },
  };
}
