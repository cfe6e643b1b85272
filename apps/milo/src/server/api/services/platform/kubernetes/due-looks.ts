/** setTimeout fires at once for anything longer than 24 days; a clock that is that far off is looked at again. */
const LONGEST_TIMER_MS = 3_600_000;

/**
 * Tells when something comes to be worth a look: once for each key, at its time, also when nothing further is heard of
 * it. Times are milliseconds since 1970, by the clock that `now` reads.
 */
export class DueLooks {
  private readonly look: () => void;
  private readonly now: () => number;
  private readonly dueMs = new Map<string, number>();
  private readonly told = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private timerAtMs = Number.POSITIVE_INFINITY;

  constructor(look: () => void, now: () => number) {
    this.look = look;
    this.now = now;
  }

  /** A look at `key` is due at `atMs`, or at once when that is past; nothing when one was told of already. */
  expect(key: string, atMs: number): void {
    if (this.told.has(key) || this.dueMs.get(key) === atMs) return;
    this.dueMs.set(key, atMs);
    if (atMs <= this.now()) this.tellDue();
    else if (atMs < this.timerAtMs) this.setTimer(atMs);
  }

  /** Nothing speaks against it any more, or it is gone. */
  forget(key: string): void {
    this.dueMs.delete(key);
    this.told.delete(key);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timerAtMs = Number.POSITIVE_INFINITY;
    this.dueMs.clear();
    this.told.clear();
  }

  private tellDue(): void {
    const nowMs = this.now();
    const due = [...this.dueMs].filter(([, atMs]) => atMs <= nowMs);
    for (const [key] of due) {
      this.dueMs.delete(key);
      this.told.add(key);
    }
    if (this.dueMs.size > 0) this.setTimer(Math.min(...this.dueMs.values()));
    if (due.length > 0) this.look();
  }

  private setTimer(atMs: number): void {
    clearTimeout(this.timer);
    this.timerAtMs = atMs;
    const waitMs = Math.min(Math.max(1, atMs - this.now()), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => {
      this.timerAtMs = Number.POSITIVE_INFINITY;
      this.tellDue();
    }, waitMs);
  }
}
