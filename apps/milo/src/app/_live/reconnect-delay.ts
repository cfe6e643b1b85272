const FIRST_MS = 250;
const MOST_MS = 5_000;

/**
 * How long to wait before the next try, milliseconds. The first follows almost at once, for a replica that is replaced;
 * later ones leave a server alone that is down. Spread by `random` (from 0 to 1), so that not all viewers come at once.
 */
export function reconnectDelayMs(failures: number, random: number): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** failures) * (0.5 + random / 2);
}
