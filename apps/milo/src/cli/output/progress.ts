import { formatDuration } from "@milo/placement";
import type { Screen } from "./screen.ts";

/** Nobody needs to be told of less. */
const QUIET_MS = 2_000;
/** On a terminal the line is rewritten; a log gets a line now and then. */
const REWRITE_EVERY_MS = 1_000;
const LOG_EVERY_MS = 15_000;

/** Says on stderr, from two seconds on, what is being waited for and since when. `text` is asked each time. */
export async function withProgress<T>(screen: Screen, text: () => string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const onTerminal = screen.columns !== null;
  let shownMs = Number.NEGATIVE_INFINITY;
  const tick = () => {
    const nowMs = performance.now();
    if (nowMs - startMs < QUIET_MS || (!onTerminal && nowMs - shownMs < LOG_EVERY_MS)) return;
    shownMs = nowMs;
    const line = `… ${text()} (${formatDuration(nowMs - startMs)})`;
    screen.write(onTerminal ? `\r\u001b[K${line.slice(0, (screen.columns ?? 80) - 1)}` : `${line}\n`);
  };
  const timer = setInterval(tick, REWRITE_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (onTerminal && shownMs > 0) screen.write("\r\u001b[K");
  }
}
