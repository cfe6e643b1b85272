const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far back one can look. `tickMs`: between two times named on the axis. */
export const SPANS = [
  { value: "1h", label: "1 h", windowMs: HOUR_MS, tickMs: 10 * MINUTE_MS },
  { value: "6h", label: "6 h", windowMs: 6 * HOUR_MS, tickMs: HOUR_MS },
  { value: "24h", label: "24 h", windowMs: 24 * HOUR_MS, tickMs: 3 * HOUR_MS },
] as const;

export type Span = (typeof SPANS)[number];
export type SpanValue = Span["value"];

export const DEFAULT_SPAN: Span = SPANS[1];

/** The span of that name; 6 h when there is none. */
export function findSpan(value: unknown): Span {
  return SPANS.find((span) => span.value === value) ?? DEFAULT_SPAN;
}
