const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** A terminal and a parent that passes signals on both deliver one Ctrl-C: within this time it counts once. */
const SAME_SIGNAL_MS = 250;

/**
 * Hears what tells this process to stop: a signal, or the end of the parent that started it with a channel, so that
 * nothing is left running when the parent is killed. `second` settles when it is told again.
 */
export function stopSignal(): { first: Promise<string>; second: Promise<string> } {
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  let toldAtMs = Number.POSITIVE_INFINITY;
  const tell = (reason: string) => {
    const nowMs = performance.now();
    if (toldAtMs === Number.POSITIVE_INFINITY) {
      toldAtMs = nowMs;
      first.resolve(reason);
    } else if (nowMs - toldAtMs > SAME_SIGNAL_MS) second.resolve(reason);
  };
  for (const name of SIGNALS) process.on(name, () => tell(name));
  process.once("disconnect", () => tell("its parent has ended"));
  return { first: first.promise, second: second.promise };
}
