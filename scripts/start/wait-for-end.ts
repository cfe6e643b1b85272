const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** npm, the terminal and a parent may all deliver one Ctrl-C: within this time it counts once. */
const SAME_SIGNAL_MS = 500;

export type Ending = { first: Promise<string>; second: Promise<string>; wasAsked(): boolean };

/** Hears when this program is told to end, and when it is told again. */
export function waitForEnd(): Ending {
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  let askedAtMs: number | undefined;
  const ask = (signal: string) => {
    const nowMs = performance.now();
    if (askedAtMs === undefined) {
      askedAtMs = nowMs;
      first.resolve(signal);
    } else if (nowMs - askedAtMs > SAME_SIGNAL_MS) second.resolve(signal);
  };
  for (const signal of SIGNALS) process.on(signal, () => ask(signal));
  return { first: first.promise, second: second.promise, wasAsked: () => askedAtMs !== undefined };
}
