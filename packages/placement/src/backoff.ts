/**
 * Exponential back-off with jitter, in milliseconds: between half and all of `base · 2^(n−1)`, capped. `n` counts
 * from 1; `random` in [0, 1).
 */
export function backoffMs(n: number, options: { baseMs: number; capMs: number; random: number }): number {
  const full = Math.min(options.capMs, options.baseMs * 2 ** (Math.max(1, Math.min(n, 30)) - 1));
  return Math.round(full / 2 + (full / 2) * options.random);
}
