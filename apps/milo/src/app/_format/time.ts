import { formatShortDuration } from "./duration.ts";

const NOW_WITHIN_MS = 1_000;

/** A moment as seen from another: `now`, `12 s ago`, `3 min ago`, `in 5 min`. */
export function formatAgo(atMs: number, nowMs: number): string {
  const agoMs = nowMs - atMs;
  if (Math.abs(agoMs) < NOW_WITHIN_MS) return "now";
  return agoMs > 0 ? `${formatShortDuration(agoMs)} ago` : `in ${formatShortDuration(-agoMs)}`;
}

/** `23 Nov 2026, 19:30:05 GMT+1`. `timeZone` undefined = the viewer's. */
export function formatExact(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(atMs);
}

/** `19:30`, or with seconds `19:30:05`. `timeZone` undefined = the viewer's. */
export function formatTimeOfDay(atMs: number, options: { seconds?: boolean; timeZone?: string } = {}): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: options.seconds ? "2-digit" : undefined,
    timeZone: options.timeZone,
  }).format(atMs);
}

/** `19:30:05` on the day of `nowMs`, else with its date: `23 Nov, 19:30:05`, and its year where that is another. */
export function formatEventTime(atMs: number, nowMs: number, timeZone?: string): string {
  const time = formatTimeOfDay(atMs, { seconds: true, timeZone });
  const [date, today] = [atMs, nowMs].map((ms) => formatDate(ms, timeZone));
  if (date === today) return time;
  const [day, month, year] = (date ?? "").split(" ");
  return `${day} ${month}${today?.endsWith(` ${year}`) ? "" : ` ${year}`}, ${time}`;
}

/** `23 Nov 2026` */
function formatDate(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone }).format(atMs);
}

/** For the `dateTime` of a `<time>`. */
export function formatIso(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** `2026-11-23 19:30 UTC`: the same wherever it is made, for the first paint before the viewer's zone is known. */
export function formatUtc(atMs: number): string {
  return `${formatIso(atMs).slice(0, 16).replace("T", " ")} UTC`;
}
