import type { Logger } from "pino";
import type { TracingConfig } from "../../config/tracing-variables.ts";

export type RunningTracing = {
  /** Sends what is left; bounded in time, and never rejects. */
  stop(): Promise<void>;
};

/** Switches traces on when they are configured; null when not, and then nothing of the SDK is evaluated. */
export async function startTracing(
  config: TracingConfig | null,
  service: { name: string; instanceId: string },
  log: Logger,
): Promise<RunningTracing | null> {
  if (config === null) return null;
  const { startSdk } = await import("./sdk.ts");
  return startSdk(config, service, log);
}
