/** A bot sends a heartbeat this often, in milliseconds. */
export const HEARTBEAT_INTERVAL_MS = 10_000;
/** Spread of the heartbeat, as a share of the interval, so that a burst of bots does not beat in step. */
export const HEARTBEAT_JITTER = 0.2;
/** A bot whose final report is not accepted gives up and exits after this long, in milliseconds. */
export const FINAL_REPORT_PATIENCE_MS = 600_000;
