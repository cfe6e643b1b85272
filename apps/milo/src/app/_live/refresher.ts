/** Runs what is asked for, each key on its own: at once when it has rested, and else once for all that asked meanwhile. */
export type Refresher = {
  request(key: string, paceMs: number): void;
  stop(): void;
};

export type RefresherOptions = {
  /** Reads what belongs to a key again. Never two at a time for one key. */
  run(key: string): Promise<void>;
  nowMs(): number;
  /** → cancels it. */
  after(delayMs: number, run: () => void): () => void;
};

type Entry = { startedMs: number; isRunning: boolean; isWanted: boolean; cancel: (() => void) | null };

/** Between two runs of one key lies at least the pace, from start to start. A run that takes longer is waited for. */
export function createRefresher({ run, nowMs, after }: RefresherOptions): Refresher {
  const entries = new Map<string, Entry>();
  let isStopped = false;

  function start(key: string, entry: Entry, paceMs: number): void {
    entry.startedMs = nowMs();
    entry.isRunning = true;
    entry.isWanted = false;
    entry.cancel = null;
    const end = () => {
      entry.isRunning = false;
      if (entry.isWanted) schedule(key, entry, paceMs);
    };
    run(key).then(end, end);
  }

  function schedule(key: string, entry: Entry, paceMs: number): void {
    if (isStopped || entry.cancel !== null) return;
    const waitMs = entry.startedMs + paceMs - nowMs();
    if (waitMs <= 0) start(key, entry, paceMs);
    else entry.cancel = after(waitMs, () => start(key, entry, paceMs));
  }

  return {
    request(key, paceMs) {
      const idle: Entry = { startedMs: Number.NEGATIVE_INFINITY, isRunning: false, isWanted: false, cancel: null };
      const entry = entries.get(key) ?? idle;
      entries.set(key, entry);
      if (entry.isRunning) entry.isWanted = true;
      else schedule(key, entry, paceMs);
    },
    stop() {
      isStopped = true;
      for (const { cancel } of entries.values()) cancel?.();
      entries.clear();
    },
  };
}
