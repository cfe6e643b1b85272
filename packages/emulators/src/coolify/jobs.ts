/** Coolify's background work: it waits for a worker and can be dropped with the emulator. */
export type Jobs = {
  /** Resolves after `ms`; never when the jobs are cleared first, nor for infinity. */
  sleep(ms: number): Promise<void>;
  /** Runs work after `ms` unless the jobs are cleared first. */
  later(ms: number, work: () => void | Promise<void>): void;
  clear(): void;
};

export function createJobs(): Jobs {
  const timers = new Set<NodeJS.Timeout>();
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (!Number.isFinite(ms)) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, ms);
      timers.add(timer);
    });
  return {
    sleep,
    later: (ms, work) => void sleep(ms).then(work),
    clear: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
