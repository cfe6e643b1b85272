/** Ends a loop's pause early. A wake that comes while the loop is at work makes its next pause return at once. */
export type Wake = {
  wake(): void;
  /** Resolves after `ms`, at the next wake, or when the signal ends. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
};

export function createWake(): Wake {
  let pending = false;
  let release: () => void = () => {};
  return {
    wake() {
      pending = true;
      release();
    },
    async pause(ms, signal) {
      if (!pending && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, Math.max(0, ms));
        release = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
        await promise;
        clearTimeout(timer);
        release = () => {};
      }
      pending = false;
    },
  };
}
