import type { AppRouter } from "#server/api/root.ts";
import type { LiveMessage } from "#server/api/services/live/live-service.ts";
import type { Timeline } from "#server/api/services/timeline/timeline.ts";

/** What a message means for what is shown, in the words that queries are chosen by. */
export type News = {
  /** Bots of which something happened. */
  botIds: ReadonlySet<number>;
  /** A bot's status changed: it entered, left or moved on. */
  statuses: boolean;
  /** Attempts, slots or waiting bots changed. */
  capacity: boolean;
  /** A platform's mode, breaker, health, limit or sweep changed. */
  platforms: boolean;
};

type Rule = {
  /** Whether the answer to this input may be another one now. `data`: the one that is shown, if any. */
  changes(news: News, input: unknown, data: unknown): boolean;
  /** The least time between two reads, milliseconds; default 1 s. */
  paceMs?: number;
};

type Procedures = AppRouter["_def"]["record"];
/** `bots.get` and so on: every query of the API. */
export type QueryPath = {
  [R in keyof Procedures & string]: {
    [P in keyof Procedures[R] & string]: Procedures[R][P] extends { _def: { type: "query" } } ? `${R}.${P}` : never;
  }[keyof Procedures[R] & string];
}[keyof Procedures & string];

/** Whoever reads again within this time sees nothing that an eye would miss. */
export const PACE_MS = 1_000;
/** Charts move by their buckets, which are far wider. */
const CHART_PACE_MS = 5_000;

const anyBot = ({ botIds, capacity }: News) => botIds.size > 0 || capacity;
const anything = (news: News) => anyBot(news) || news.platforms;
const thisBot = ({ botIds }: News, input: unknown) => botIds.has((input as { botId: number }).botId);
const never = () => false;

type BotShown = { finishedAt: Date | null; claimedContainerMayRun: boolean };

/** A container's end leaves no event of its bot, but what may be done with the bot depends on it. */
const botUntilGone = (select: (data: never) => BotShown) => (news: News, input: unknown, data: unknown) => {
  if (thisBot(news, input)) return true;
  if (!news.platforms || data === undefined) return false;
  const { finishedAt, claimedContainerMayRun } = select(data as never);
  return finishedAt === null || claimedContainerMayRun;
};

/** Which news changes which query. The types demand an entry for every query of the API. */
const RULES: Readonly<Record<QueryPath, Rule> & Record<string, Rule>> = {
  "bots.get": { changes: botUntilGone((bot: BotShown) => bot) },
  "bots.getTimeline": { changes: botUntilGone(({ bot }: Timeline) => bot) },
  "bots.list": { changes: anyBot },
  "bots.getStatusCounts": { changes: ({ statuses }) => statuses },
  "infrastructure.getActivePlatforms": { changes: anything },
  "infrastructure.getActivity": { changes: anyBot, paceMs: CHART_PACE_MS },
  "infrastructure.getAttention": { changes: anything },
  "infrastructure.getDeployments": { changes: anyBot },
  "infrastructure.getPlatformEvents": { changes: ({ platforms }) => platforms },
  "infrastructure.getPlatforms": { changes: ({ platforms }) => platforms },
  "infrastructure.getQueueStats": { changes: anyBot },
  "infrastructure.getQueuedBots": { changes: anything },
  "infrastructure.getStats": { changes: anyBot },
  "infrastructure.getUsageHistory": { changes: anything, paceMs: CHART_PACE_MS },
  "live.getPoint": { changes: never },
};

/** Null when a message changes nothing that is read; `everything` when anything may have changed. */
export function readNews(message: LiveMessage): News | "everything" | null {
  if (message.type === "reset") return "everything";
  if (message.type === "platforms") return { botIds: new Set(), statuses: false, capacity: true, platforms: true };
  if (message.type !== "events") return null;
  const { botEvents, platformEvents } = message;
  const statuses = botEvents.some(({ status }) => status !== null);
  return {
    botIds: new Set(botEvents.map(({ botId }) => botId)),
    statuses,
    capacity: statuses || botEvents.some(({ deploymentId }) => deploymentId !== null),
    platforms: platformEvents.length > 0,
  };
}

/** Whether news changes a query, and how soon it may be read again. A query without a rule changes with any news. */
export function judgeQuery(
  path: string,
  input: unknown,
  news: News | "everything",
  data?: unknown,
): { paceMs: number } | null {
  const { changes, paceMs = PACE_MS }: Rule = RULES[path] ?? { changes: anything };
  return news === "everything" || changes(news, input, data) ? { paceMs } : null;
}
