import type { IdRange, LivePosition, LogPosition } from "#server/database/repositories/live-events.ts";

/** Keeps an id of an event short enough for a header. */
const GAPS_MOST = 40;
const LOG = /^\d{1,15}(?::\d{1,15}-\d{1,15}(?:,\d{1,15}-\d{1,15}){0,39})?$/;

/**
 * A position as the id that a viewer sends when it comes back: of each log the highest id and what is missing below,
 * `105:99-100,103-103~17`. It holds ids of the database alone, so every replica understands it.
 */
export function writeCursor(position: LivePosition): string {
  return `${writeLog(position.bots)}~${writeLog(position.platforms)}`;
}

/** Null for what is no cursor. */
export function readCursor(text: string): LivePosition | null {
  const logs = text.split("~");
  const [bots, platforms] = logs.map(readLog);
  return logs.length === 2 && bots && platforms ? { bots, platforms } : null;
}

function writeLog({ high, gaps }: LogPosition): string {
  if (gaps.length === 0) return String(high);
  return `${high}:${fewGaps(gaps)
    .map((gap) => `${gap.low}-${gap.high}`)
    .join(",")}`;
}

/** Too many become fewer by joining the oldest: what lies between is told twice rather than never. */
function fewGaps(gaps: readonly IdRange[]): readonly IdRange[] {
  const joined = gaps.slice(0, gaps.length - GAPS_MOST + 1);
  const [first] = joined;
  const last = joined.at(-1);
  if (gaps.length <= GAPS_MOST || first === undefined || last === undefined) return gaps;
  return [{ low: first.low, high: last.high }, ...gaps.slice(joined.length)];
}

function readLog(text: string): LogPosition | null {
  if (!LOG.test(text)) return null;
  const [high, gaps] = text.split(":");
  const ranges = gaps === undefined ? [] : gaps.split(",").map((gap) => gap.split("-").map(Number));
  return { high: Number(high), gaps: ranges.map(([low = 0, top = 0]) => ({ low, high: top })) };
}
