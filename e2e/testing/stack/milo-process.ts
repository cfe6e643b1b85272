import type { ManagedChild } from "../../../demo/src/stack/managed-child.ts";

/** Web or dispatcher, as a real process that a test may end and start again. */
export type MiloProcess = {
  /** What it said when it was ready. */
  url(): string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Starts it again, at the same address, and waits until it works. */
  start(): Promise<void>;
  /** Starts it again if a test has ended it. */
  restore(): Promise<void>;
};

/** Longer than it gives itself when nothing is wrong. */
const STOP_WITHIN_MS = 8_000;

/** Starts the process; `launch` is called again for each start. */
export async function runMiloProcess(launch: () => Promise<ManagedChild>): Promise<MiloProcess> {
  let child = await launch();
  let isEnded = false;
  const start = async () => {
    child = await launch();
    isEnded = false;
  };
  return {
    url: () => String(child.ready.url),
    async kill() {
      isEnded = true;
      child.kill();
      await child.stop(0);
    },
    async stop() {
      isEnded = true;
      await child.stop(STOP_WITHIN_MS);
    },
    start,
    restore: async () => void (isEnded && (await start())),
  };
}
