/** Ends a loop's pause early. A wake that comes while the loop is at work makes its next pause return at once. */
export type Wake = {
  wake(): void;
  /** Resolves after `ms`, at the next wake, or when the signal ends. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
};

/**
 * With `spacingMs`, two pauses that wakes cut short end no nearer to each other than that: at rest a wake is heeded at
 * once, under load what comes together is handled together. A function is asked for the spacing after each pause.
 */
export function createWake(
  spacingMs: number | (() => number) = 0,
  monotonicMs: () => number = () => performance.now(),
): Wake {
  let pending = false;
  let release: () => void = () => {};
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  async function rest(ms: number, signal: AbortSignal, hearWake: boolean): Promise<void> {
    if (ms <= 0 || signal.aborted || (hearWake && pending)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    if (hearWake) release = resolve;
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await promise;
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
    release = () => {};
  }

  return {
    wake() {
      pending = true;
      release();
    },
    async pause(ms, signal) {
      await rest(Math.max(1, ms), signal, true);
      if (pending) await rest(notBeforeMs - monotonicMs(), signal, false);
      notBeforeMs = monotonicMs() + (typeof spacingMs === "number" ? spacingMs : spacingMs());
      pending = false;
    },
  };
}
