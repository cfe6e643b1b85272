import type { LiveMessage, LivePoint, SeenIds } from "#server/api/services/live/live-service.ts";

export type EventsMessage = Extract<LiveMessage, { type: "events" }>;

/** What was told lately, for data that was read before and comes to the screen after. */
export type RecentNews = {
  add(message: EventsMessage): void;
  /** Something was left out: of what bears ids up to these nothing is known. */
  forget(upTo: SeenIds): void;
  /** What was told since; null when that is not known any more. */
  since(point: LivePoint): EventsMessage[] | null;
};

/** `most`: how many messages are kept. */
export function createRecentNews(most = 500): RecentNews {
  let kept: EventsMessage[] = [];
  let unknownUpTo = { bots: 0, platforms: 0 };

  function forget({ bots, platforms }: SeenIds): void {
    unknownUpTo = { bots: Math.max(unknownUpTo.bots, bots), platforms: Math.max(unknownUpTo.platforms, platforms) };
  }

  return {
    add(message) {
      kept.push(message);
      if (kept.length <= most) return;
      const [oldest] = kept.splice(0, 1);
      if (oldest === undefined) return;
      forget({ bots: highest(oldest.botEvents), platforms: highest(oldest.platformEvents) });
    },
    forget(upTo) {
      kept = [];
      forget(upTo);
    },
    since({ position: { bots, platforms } }) {
      if (bots.high < unknownUpTo.bots || platforms.high < unknownUpTo.platforms) return null;
      return kept.flatMap((message) => {
        const botEvents = message.botEvents.filter(({ id }) => !hasSeen(bots, id));
        const platformEvents = message.platformEvents.filter(({ id }) => !hasSeen(platforms, id));
        if (botEvents.length + platformEvents.length === 0) return [];
        return [{ ...message, botEvents, platformEvents }];
      });
    },
  };
}

function hasSeen({ high, gaps }: LivePoint["position"]["bots"], id: number): boolean {
  return id <= high && !gaps.some((gap) => gap.low <= id && id <= gap.high);
}

function highest(events: readonly { id: number }[]): number {
  return events.reduce((most, { id }) => Math.max(most, id), 0);
}
