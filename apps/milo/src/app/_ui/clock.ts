const TICK_MS = 1_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let offsetMs = 0;
let nowMs = Date.now();

function tick() {
  nowMs = Date.now() + offsetMs;
  for (const listener of listeners) listener();
}

/** Calls back every second while anybody listens: one timer for all times on the page. */
export function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    nowMs = Date.now() + offsetMs;
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** The moment of the last tick: the same for everything drawn in between. */
export function readClockMs(): number {
  if (timer === null) nowMs = Date.now() + offsetMs;
  return nowMs;
}

/** How far this clock is ahead of the viewer's. */
export function readClockOffsetMs(): number {
  return offsetMs;
}

/** Sets this clock by another than the viewer's, whose times are shown; everything drawn follows at once. */
export function setClockOffsetMs(aheadMs: number): void {
  if (aheadMs === offsetMs) return;
  offsetMs = aheadMs;
  tick();
}
