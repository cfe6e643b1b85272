import { formatDuration } from "@milo/placement";

/** Until so little is left, it says how long. */
const LEAST_MS = 500;

/** How long it is until then: `in 42 s`, and at last `now`. Both by the server's clock. */
export function formatCountdown(atMs: number, nowMs: number): string {
  return atMs - nowMs < LEAST_MS ? "now" : `in ${formatDuration(atMs - nowMs)}`;
}
