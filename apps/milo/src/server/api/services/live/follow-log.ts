import type { IdRange, LogPosition } from "#server/database/repositories/live-events.ts";

/**
 * Ids are given before their transactions commit: one may appear after a higher one. A gap is watched until every
 * transaction has ended that was under way when it was found, so nothing is lost however long one takes.
 */
export type OpenGap = IdRange & {
  foundAtMs: number;
  /** Above every transaction that may fill it; null until a look has had a fence. */
  fenceXid: number | null;
};
/** `forgot`: the last look found more gaps than are watched, and what fills those left out will not be told. */
export type FollowedLog = { high: number; gaps: readonly OpenGap[]; forgot?: true };

/** One look at a log. `whole`: no limit has cut it short. */
export type LogLook = {
  /** What was found, ascending. */
  ids: readonly number[];
  oldestXid: number;
  fenceXid: number | null;
  atMs: number;
  whole: boolean;
};

/** A session may hold an id for a moment before it has a transaction's number, which no snapshot shows. */
const GAP_LEAST_MS = 5_000;
/** Each is an index look per read. Only ids thrown away while a transaction stays open for very long get so many. */
const GAPS_MOST = 500;

/** Where a reader is after a look. */
export function advanceLog(log: FollowedLog, look: LogLook): FollowedLog {
  const isOver = ({ fenceXid, foundAtMs }: OpenGap) =>
    look.whole && fenceXid !== null && look.oldestXid >= fenceXid && look.atMs - foundAtMs >= GAP_LEAST_MS;
  const late = look.ids.filter((id) => id <= log.high);
  const gaps = log.gaps
    .filter((gap) => !isOver(gap))
    .flatMap((gap) => withoutIds({ ...gap, fenceXid: gap.fenceXid ?? look.fenceXid }, late));
  let { high } = log;
  for (const id of look.ids) {
    if (id <= high) continue;
    if (id > high + 1) gaps.push({ low: high + 1, high: id - 1, foundAtMs: look.atMs, fenceXid: null });
    high = id;
  }
  return { high, gaps: gaps.slice(-GAPS_MOST), ...(gaps.length > GAPS_MOST && { forgot: true }) };
}

/** Whether the next look at a log is to bring a fence. */
export function needsFence({ gaps }: FollowedLog): boolean {
  return gaps.some(({ fenceXid }) => fenceXid === null);
}

/** Whether a reader at this position has seen what bears this id. */
export function hasSeen({ high, gaps }: LogPosition, id: number): boolean {
  return id <= high && !gaps.some((gap) => gap.low <= id && id <= gap.high);
}

function withoutIds(gap: OpenGap, ids: readonly number[]): OpenGap[] {
  const rest: OpenGap[] = [];
  let { low } = gap;
  for (const id of ids) {
    if (id < low || id > gap.high) continue;
    if (id > low) rest.push({ ...gap, low, high: id - 1 });
    low = id + 1;
  }
  return low > gap.high ? rest : [...rest, { ...gap, low }];
}
