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
  start(): Promise<RunningProcess>;
};

/**
 * Runs one of milo's processes to its end: starts it, tells its parent, waits for a signal to stop, stops, exits with
 * 0. A second signal, or a stop that takes too long, ends it at once with 1.
 */
export async function runProcess({ log, stopWithinMs, start }: ProcessOptions): Promise<never> {
  const signals = stopSignal();
  const running = await start();
  const message: ProcessMessage = { kind: "ready", ...running.ready };
  if (process.connected) process.send?.(message);
  const reason = await signals.first;
  log.info({ reason }, "Stopping");
  const inTime = await Promise.race([
    running.stop().then(() => true),
    signals.second.then(() => false),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), stopWithinMs).unref()),
  ]);
  log.info(inTime ? "Stopped" : "Stopped before it was done; another process will pick up what is left");
  process.exit(inTime ? 0 : 1);
}
