import { BOT_STATUSES, BREAKER_STATES, DEPLOYMENT_PLATFORMS, FAILURE_CLASSES, PLATFORM_MODES } from "@milo/placement";

/** What a value becomes that its label does not know: the number of series stays what it is. */
export const OTHER = "other";

const LOOPS = ["pass", "leases", "presence", "samples", "limits"];
const PLATFORM_LOOPS = ["stop", "watch", "health"];

/** Every value that a label may have. `route` is known to the web process alone: its procedures and patterns. */
export const LABEL_VALUES = {
  platform: DEPLOYMENT_PLATFORMS,
  from: DEPLOYMENT_PLATFORMS,
  to: DEPLOYMENT_PLATFORMS,
  class: FAILURE_CLASSES,
  /** Which platform of its plan a bot came to. */
  choice: ["first", "other"],
  /** See `sort-waiting.ts`. */
  reason: ["capacity", "breaker", "backoff", "held", "container", "barred"],
  /** `empty`: nothing was admitted; `contended`: another admission held the platform. */
  result: ["admitted", "empty", "contended", "failed"],
  /** `stopped`: its platform confirmed; `absent`: listings and silence agreed; `never_sent`: nothing was ever made. */
  cause: ["stopped", "absent", "never_sent"],
  state: BREAKER_STATES,
  mode: PLATFORM_MODES,
  outcome: ["DONE", "FATAL", "CANCELLED"],
  process: ["web", "dispatcher"],
  activity: ["active", "idle", "in_transaction"],
  loop: [...LOOPS, ...PLATFORM_LOOPS.flatMap((loop) => DEPLOYMENT_PLATFORMS.map((one) => `${loop} ${one}`))],
  route: [],
  method: ["GET", "HEAD", "POST"],
  answer: ["1xx", "2xx", "3xx", "4xx", "5xx"],
  /** A bot's status; `none`: no change of it. */
  status: [...BOT_STATUSES, "none"],
} as const satisfies Record<string, readonly string[]>;
