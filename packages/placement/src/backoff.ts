/** Exponential back-off with full-range jitter: between half and all of `base · 2^(n−1)`, capped, in milliseconds. */
export function backoffMs(n: number, options: { baseMs: number; capMs: number; random: number }): number {
  const full = Math.min(options.capMs, options.baseMs * 2 ** Math.max(0, Math.min(n, 30) - 1));
  return Math.round(full / 2 + (full / 2) * options.random);
}
