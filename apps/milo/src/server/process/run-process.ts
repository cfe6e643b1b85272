import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { stopSignal } from "./stop-signal.ts";

/** A process that does its work until it is told to stop. */
export type RunningProcess = {
  /** What whoever started the process is told once it works, besides that it does. */
  ready: { url: string };
  /** Ends the work in order. */
  stop(): Promise<void>;
};

export type ProcessMessage = { kind: "ready"; url: string };

export type ProcessOptions = {
  log: Logger;
  /** The longest an orderly stop may take, milliseconds; then the process ends as it is. */
  stopWithinMs: number;
  /** `toStop` is aborted when it is told to stop before it has started: it then rejects, or starts for good. */
  start(toStop: AbortSignal): Promise<RunningProcess>;
};

/**
 * Runs one of milo's processes to its end: starts it, tells its parent, waits for a signal to stop, stops, exits with
 * 0. A second signal, or a stop that takes too long, ends it at once with 1. It hears them while it starts, too.
 */
export async function runProcess({ log, stopWithinMs, start }: ProcessOptions): Promise<never> {
  const signals = stopSignal();
  const toStop = new AbortController();
  const reason = signals.first.then((told) => {
    log.info({ reason: told }, "Stopping");
    toStop.abort(new Error(`Told to stop: ${told}`));
    return told;
  });
  const tooLate = Promise.race([signals.second, reason.then(() => delay(stopWithinMs, undefined, { ref: false }))]);
  const run = async () => {
    const running = await start(toStop.signal);
    const message: ProcessMessage = { kind: "ready", ...running.ready };
    if (process.connected) process.send?.(message);
    await reason;
    await running.stop();
    return true;
  };
  const ended = run().catch((error) => {
    if (!toStop.signal.aborted || error !== toStop.signal.reason) throw error;
    return true;
  });
  const inTime = await Promise.race([ended, tooLate.then(() => false)]);
  log.info(inTime ? "Stopped" : "Stopped before it was done; another process will pick up what is left");
  process.exit(inTime ? 0 : 1);
}
