/** Real time, milliseconds since 1970; `toMs` is null while it lasts. */
export type Span = { fromMs: number; toMs: number | null };

/** Records when something was not so. */
export type SpanBook = { note(isSo: boolean): void; spans(): readonly Span[] };

export function createSpanBook(nowMs: () => number): SpanBook {
  const spans: Span[] = [];
  return {
    note(isSo) {
      const last = spans.at(-1);
      const isOpen = last !== undefined && last.toMs === null;
      if (isSo && isOpen) last.toMs = nowMs();
      else if (!isSo && !isOpen) spans.push({ fromMs: nowMs(), toMs: null });
    },
    spans: () => spans,
  };
}

/** How much of [fromMs, toMs] the spans cover, each of them `longerMs` longer than it was. */
export function coveredMs(spans: readonly Span[], fromMs: number, toMs: number, longerMs = 0): number {
  let covered = 0;
  let doneMs = fromMs;
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const from = Math.max(span.fromMs, doneMs);
    const to = Math.min(span.toMs === null ? Number.POSITIVE_INFINITY : span.toMs + longerMs, toMs);
    if (to <= from) continue;
    covered += to - from;
    doneMs = to;
  }
  return covered;
}
