import type { DeploymentPlatform, Stage } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { type BotListFilter, type BotSearch, findBots } from "#server/database/repositories/bot-list.ts";
import { type BotView, type ListedBotRow, readListedBots } from "#server/database/repositories/bots-view.ts";
import { type PlatformState, readPlatformStates } from "#server/database/repositories/capacity-view.ts";
import { readWaitingEntries, type WaitingEntry } from "#server/database/repositories/queue-view.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { maskMeetingUrl, maskUrls } from "#server/logging/mask-urls.ts";
import type { Times } from "../../../config/times.ts";
import { type ExplainedWait, tellReason } from "./explain-wait.ts";

export type BotListQuery = Omit<BotListFilter, "search"> & {
  search?: string;
  limit: number;
  before?: number;
  after?: number;
};

/** A bot of the list; the query of `meetingUrl` is hidden. */
export type ListedBot = BotView & {
  /** While it waits: why, and what comes next; else its `statusReason`. In words. */
  reason: string | null;
  /** The same in its parts while it waits, for who counts down to what comes next; else null. */
  cause: string | null;
  next: ExplainedWait["next"] | null;
  waitingFor: Stage | null;
  /** The queue entry by which it waits. */
  entryId: number | null;
  /** When it gives up waiting, as things stand. */
  timeoutAt: Date | null;
  queuedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
};

export type BotList = { bots: ListedBot[]; nextBefore: number | null; nextAfter: number | null };

const ID_MAX = 2_147_483_647;

/** One page of bots, newest first. */
export async function listBots({ sql, times }: { sql: Sql; times: Times }, query: BotListQuery): Promise<BotList> {
  const { search, limit, ...page } = query;
  const found = await findBots(sql, { ...page, search: toSearch(search), limit: limit + 1 });
  const ids = found.ids.slice(0, limit);
  const [rows, entries, states, nowMs] = await Promise.all([
    readListedBots(sql, ids),
    readWaitingEntries(sql, ids),
    readPlatformStates(sql, times.healthFreshMs),
    readNowMs(sql),
  ]);
  const byBot = new Map(entries.map((entry) => [entry.botId, entry]));
  const platforms = new Map(states.map((state) => [state.platform, state]));
  const bots = rows.map((row) => toListed(row, byBot.get(row.id), platforms, nowMs));
  return { bots, ...cursors(query, ids, found) };
}

/** A number names a bot, an address a meeting; anything else begins a name. */
function toSearch(text: string | undefined): BotSearch | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text) && Number(text) <= ID_MAX) return { by: "id", id: Number(text) };
  return /^https?:\/\//i.test(text) ? { by: "url", url: text } : { by: "name", prefix: text };
}

/** Where the list goes on in either direction; null where it is known to end. */
function cursors(query: BotListQuery, ids: readonly number[], found: { ids: readonly number[]; goOn: number | null }) {
  const { before, after } = query;
  const further = found.ids.length > ids.length ? (ids.at(-1) ?? null) : found.goOn;
  if (after !== undefined) return { nextAfter: further, nextBefore: ids[0] ?? after + 1 };
  const newest = ids[0] ?? (before === undefined ? null : before - 1);
  return { nextBefore: further, nextAfter: before === undefined ? null : newest };
}

function toListed(
  row: ListedBotRow,
  entry: WaitingEntry | undefined,
  platforms: ReadonlyMap<DeploymentPlatform, PlatformState>,
  nowMs: number,
): ListedBot {
  const waiting = row.status === "QUEUED" ? entry : undefined;
  const statusReason = row.statusReason === null ? null : maskUrls(row.statusReason);
  const told =
    waiting === undefined ? { reason: statusReason, cause: null, next: null } : tellReason(waiting, platforms, nowMs);
  return {
    ...row,
    meetingUrl: maskMeetingUrl(row.meetingUrl),
    statusReason,
    ...told,
    waitingFor: waiting?.stage ?? null,
    entryId: waiting?.id ?? null,
    timeoutAt: waiting === undefined ? null : new Date(waiting.timeoutAtMs),
    endedAt: row.finishedAt,
  };
}
