import { DEFAULT_SPAN, findSpan, type Span, type SpanValue } from "../_components/usage/spans.ts";

/** The span that an address names as `?span=24h`; 6 h when it names none. */
export function readSpan(text: string | readonly string[] | null | undefined): Span {
  return findSpan(text);
}

/** The address of the page with that span; the default one needs no words. */
export function spanHref(value: SpanValue): string {
  return value === DEFAULT_SPAN.value ? "/capacity" : `/capacity?span=${value}`;
}
