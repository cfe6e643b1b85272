import { monitorEventLoopDelay } from "node:perf_hooks";

/** How late the harness's own timers came: how busy the machine was. */
export type Lateness = { meanMs: number; p99Ms: number; mostMs: number };

const RESOLUTION_MS = 20;

/** A run on a machine that has no time for it breaks deadlines that milo would have kept. */
export function watchLateness(): { read(): Lateness; stop(): void } {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const late = (nanoseconds: number) => Math.max(0, Math.round(nanoseconds / 1e6 - RESOLUTION_MS));
  return {
    read: () => ({ meanMs: late(delays.mean), p99Ms: late(delays.percentile(99)), mostMs: late(delays.max) }),
    stop: () => void delays.disable(),
  };
}
