const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far back one can look: in the address as `?span=24h`. `tickMs`: between two times named on the axis. */
export const SPANS = [
  { value: "1h", label: "1 h", windowMs: HOUR_MS, tickMs: 10 * MINUTE_MS },
  { value: "6h", label: "6 h", windowMs: 6 * HOUR_MS, tickMs: HOUR_MS },
  { value: "24h", label: "24 h", windowMs: 24 * HOUR_MS, tickMs: 3 * HOUR_MS },
] as const;

export type Span = (typeof SPANS)[number];
export type SpanValue = Span["value"];

const DEFAULT: Span = SPANS[1];

/** The span that an address names; 6 h when it names none. */
export function readSpan(text: string | readonly string[] | null | undefined): Span {
  return SPANS.find(({ value }) => value === text) ?? DEFAULT;
}

/** The address of the page with that span; the default one needs no words. */
export function spanHref(value: SpanValue): string {
  return value === DEFAULT.value ? "/capacity" : `/capacity?span=${value}`;
}
