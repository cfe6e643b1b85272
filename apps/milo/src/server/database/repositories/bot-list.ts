import { BOT_STATUSES, DEPLOYMENT_PLATFORMS, MEETING_PLATFORMS, type MeetingPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import type { BotFilter } from "./bots-view.ts";

export type BotListFilter = BotFilter & { meetingPlatform?: MeetingPlatform; search?: BotSearch };

/** By id, by a meeting's exact address, or by the beginning of a name in whatever case. */
export type BotSearch = { by: "id"; id: number } | { by: "url"; url: string } | { by: "name"; prefix: string };

/** Bots older than `before` or newer than `after`, at most one of them; the newest without. */
export type BotListPage = BotListFilter & { limit: number; before?: number; after?: number };

/**
 * `ids`: nearest to where the page begins first. `goOn`: where the next look begins when this one has ended before it
 * had read all there is; null when it has.
 */
export type FoundBots = { ids: number[]; goOn: number | null };

/** Bots of a name that are looked up; a beginning that more bear is looked for in the list itself. */
const NAMES_MOST = 1_000;
/** Bots that one look reads where no index has what is asked for: some 20 ms. */
const SCAN_MOST = 20_000;
const URL_SCAN_MOST = 1_000;
/** No text that begins with a prefix sorts after the prefix with this behind it. */
const LAST_CHARACTER = "\u{10ffff}";

/** The bots of one page, by id. What it reads is bounded whatever the filters and however long the history. */
export async function findBots(sql: Sql, page: BotListPage): Promise<FoundBots> {
  const { search } = page;
  if (search === undefined) {
    const source = isFiltered(page) ? fromParts(sql, page) : fromBots(sql, page, sql`true`, page.limit);
    return look(sql, page, source, page.limit);
  }
  if (search.by === "id") return look(sql, page, fromBots(sql, page, sql`b.id = ${search.id}`, 1), 2);
  if (search.by === "url") {
    const isIt = sql`md5(b.meeting_url) = md5(${search.url}) AND b.meeting_url = ${search.url}`;
    return look(sql, page, fromBots(sql, page, isIt, URL_SCAN_MOST), URL_SCAN_MOST);
  }
  const named = await findNamed(sql, search.prefix);
  if (named.length > NAMES_MOST) return look(sql, page, fromBots(sql, page, sql`true`, SCAN_MOST), SCAN_MOST);
  const most = NAMES_MOST + 1;
  return look(sql, page, fromBots(sql, page, sql`b.id = ANY(${named}::int[])`, most), most);
}

/** The byte-wise operators let an index serve whatever the database's collation. */
async function findNamed(sql: Sql, prefix: string): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    SELECT id FROM bots
    WHERE lower(name) ~>=~ lower(${prefix}) AND lower(name) ~<~ (lower(${prefix}) || ${LAST_CHARACTER}::text)
    LIMIT ${NAMES_MOST + 1}`;
  return rows.map((row) => row.id);
}

type Fragment = ReturnType<typeof fromBots>;

/** Reads the source and keeps what all filters let through; `most` = with so many read, there may be more behind. */
async function look(sql: Sql, page: BotListPage, source: Fragment, most: number): Promise<FoundBots> {
  const [row] = await sql<{ ids: number[]; seen: number; edge: number | null }[]>`
    WITH seen AS MATERIALIZED (${source}), kept AS (
      SELECT b.id FROM seen b WHERE ${matches(sql, page)} ORDER BY ${order(sql, page)} LIMIT ${page.limit}
    )
    SELECT coalesce((SELECT array_agg(b.id ORDER BY ${order(sql, page)}) FROM kept b), '{}') AS ids,
      (SELECT count(*)::int FROM seen) AS seen,
      (SELECT ${page.after === undefined ? sql`min(id)` : sql`max(id)`} FROM seen) AS edge`;
  if (row === undefined) throw new Error("The look for bots answered no row");
  return { ids: row.ids, goOn: row.seen >= most ? row.edge : null };
}

function order(sql: Sql, { after }: BotListPage) {
  return after === undefined ? sql`b.id DESC` : sql`b.id`;
}

function isBeyond(sql: Sql, { before, after }: BotListPage) {
  if (after !== undefined) return sql`b.id > ${after}`;
  return before === undefined ? sql`true` : sql`b.id < ${before}`;
}

const COLUMNS = "b.id, b.status, b.deployment_platform, b.meeting_platform, b.name";

function fromBots(sql: Sql, page: BotListPage, where: ReturnType<typeof isBeyond>, most: number) {
  return sql`
    SELECT ${sql.unsafe(COLUMNS)} FROM bots b WHERE ${where} AND ${isBeyond(sql, page)}
    ORDER BY ${order(sql, page)} LIMIT ${most}`;
}

/** The first rows of each (status, platform, meeting platform) that is asked for, each from its own end of the index. */
function fromParts(sql: Sql, page: BotListPage) {
  const statuses = page.statuses === undefined ? BOT_STATUSES : [...new Set(page.statuses)];
  const platforms = page.infrastructure === undefined ? ["", ...DEPLOYMENT_PLATFORMS] : [page.infrastructure];
  const meetings = page.meetingPlatform === undefined ? MEETING_PLATFORMS : [page.meetingPlatform];
  return sql`
    SELECT b.* FROM unnest(${[...statuses]}::text[]) AS s(status) CROSS JOIN unnest(${[...platforms]}::text[]) AS p(platform)
      CROSS JOIN unnest(${[...meetings]}::text[]) AS m(platform) CROSS JOIN LATERAL (
        SELECT ${sql.unsafe(COLUMNS)} FROM bots b
        WHERE b.status = s.status AND coalesce(b.deployment_platform, '') = p.platform AND b.meeting_platform = m.platform
          AND ${isBeyond(sql, page)}
        ORDER BY ${order(sql, page)} LIMIT ${page.limit}) AS b
    ORDER BY ${order(sql, page)} LIMIT ${page.limit}`;
}

function isFiltered({ statuses, infrastructure, meetingPlatform }: BotListFilter): boolean {
  return statuses !== undefined || infrastructure !== undefined || meetingPlatform !== undefined;
}

function matches(sql: Sql, { statuses, infrastructure, meetingPlatform, search }: BotListFilter) {
  return sql`${statuses === undefined ? sql`true` : sql`b.status = ANY(${[...statuses]}::text[])`}
    AND ${infrastructure === undefined ? sql`true` : sql`b.deployment_platform = ${infrastructure}`}
    AND ${meetingPlatform === undefined ? sql`true` : sql`b.meeting_platform = ${meetingPlatform}`}
    AND ${search?.by === "name" ? sql`starts_with(lower(b.name), lower(${search.prefix}))` : sql`true`}`;
}
