import type { LABEL_VALUES } from "./label-values.ts";

export type MetricLabel = keyof typeof LABEL_VALUES;
export type MetricProcess = "web" | "dispatcher";

/** One metric of milo's own, as documentation, alert rules and the processes themselves know it. */
export type MetricRow = {
  type: "counter" | "gauge" | "histogram";
  /** The base unit of its value: seconds, a count of something, or 0 and 1. */
  unit: string;
  labels: readonly MetricLabel[];
  /**
   * `process`: what this process did; add up over processes. `database`: counted from rows when asked, the same from
   * every process; take the highest.
   */
  from: "process" | "database";
  processes: readonly MetricProcess[];
  help: string;
  /** Upper bounds of a histogram's buckets, seconds. */
  buckets?: readonly number[];
};

const DISPATCHER = ["dispatcher"] as const;
const WEB = ["web"] as const;
const BOTH = ["web", "dispatcher"] as const;

/** From a database round trip to the longest waits that plans have. */
const WAIT_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800];
const ANSWER_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric that milo's processes serve beside those of Node itself. `docs/metrics.md` is printed from it. */
export const METRICS = {
  milo_platform_slots_used: {
    type: "gauge",
    unit: "slots",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "Slots held: attempts and orphans whose workload is not known to be gone.",
  },
  milo_platform_slots_limit: {
    type: "gauge",
    unit: "slots",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "The limit in force.",
  },
  milo_platform_workloads_listed: {
    type: "gauge",
    unit: "workloads",
    labels: ["platform"],
    from: "process",
    processes: DISPATCHER,
    help: "Workloads of ours that may run, by the platform's own last listing; only from the dispatcher that watches it.",
  },
  milo_observed_over_limit: {
    type: "gauge",
    unit: "slots",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "Slots held, or workloads listed where those are more, beyond the limit: it was lowered, or orphans were found. No promise is broken by it.",
  },
  milo_admitted_over_limit_total: {
    type: "counter",
    unit: "bots",
    labels: ["platform"],
    from: "process",
    processes: DISPATCHER,
    help: "Bots given a slot beyond the limit, counted after the commit by a statement of its own. Must be 0.",
  },
  milo_slot_clashes_total: {
    type: "counter",
    unit: "clashes",
    labels: ["platform"],
    from: "process",
    processes: DISPATCHER,
    help: "Slot numbers that the index refused, as taken twice: the backstop of the platform's lock. Must be 0.",
  },
  milo_bots_admitted_total: {
    type: "counter",
    unit: "bots",
    labels: ["platform", "choice"],
    from: "process",
    processes: DISPATCHER,
    help: "Bots given a slot, on the first platform of their plan or on another.",
  },
  milo_time_to_admit_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["platform"],
    from: "process",
    processes: DISPATCHER,
    buckets: WAIT_BUCKETS,
    help: "From the request to the first slot.",
  },
  milo_admit_to_running_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["platform"],
    from: "process",
    processes: WEB,
    buckets: WAIT_BUCKETS,
    help: "From the slot to the claim of the bot's process.",
  },
  milo_failover_total: {
    type: "counter",
    unit: "attempts",
    labels: ["from", "to", "class"],
    from: "process",
    processes: DISPATCHER,
    help: "Attempts on another platform than the one before, by the class of what went wrong there.",
  },
  milo_launches_started_total: {
    type: "counter",
    unit: "launches",
    labels: [],
    from: "process",
    processes: DISPATCHER,
    help: "Launches that their platform accepted.",
  },
  milo_launches_failed_total: {
    type: "counter",
    unit: "launches",
    labels: ["class"],
    from: "process",
    processes: DISPATCHER,
    help: "Launches given up before the bot's claim.",
  },
  milo_launches_unknown: {
    type: "gauge",
    unit: "slots",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "Slots held by launches that may or may not exist: sent more than 5 s ago without an answer, or given up so and not known to be gone.",
  },
  milo_queue_waiting: {
    type: "gauge",
    unit: "bots",
    labels: ["reason"],
    from: "database",
    processes: DISPATCHER,
    help: "Bots that wait for a slot, by what they wait for.",
  },
  milo_queue_oldest_wait_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: [],
    from: "database",
    processes: DISPATCHER,
    help: "How long the oldest waiting bot has waited; 0 when none waits.",
  },
  milo_bots_finished_recently: {
    type: "gauge",
    unit: "bots",
    labels: ["outcome"],
    from: "database",
    processes: DISPATCHER,
    help: "Bots that became final within the last five minutes.",
  },
  milo_orphans_found_total: {
    type: "counter",
    unit: "workloads",
    labels: ["platform"],
    from: "process",
    processes: DISPATCHER,
    help: "Workloads of ours that no attempt owns, believed after a minute and stopped.",
  },
  milo_slots_reclaimed_total: {
    type: "counter",
    unit: "slots",
    labels: ["cause"],
    from: "process",
    processes: DISPATCHER,
    help: "Slots given back, by how their workload is known to be gone.",
  },
  milo_stops_overdue: {
    type: "gauge",
    unit: "slots",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "Slots held by workloads whose stop does not take.",
  },
  milo_bots_unreachable: {
    type: "gauge",
    unit: "bots",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "Claimed bots of which neither platform nor bot give a sign of life.",
  },
  milo_platform_healthy: {
    type: "gauge",
    unit: "0 or 1",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "1 when the last health check was good and is fresh and its breaker lets bots through.",
  },
  milo_platform_breaker_state: {
    type: "gauge",
    unit: "0 or 1",
    labels: ["platform", "state"],
    from: "database",
    processes: DISPATCHER,
    help: "1 for the state that the platform's breaker is in.",
  },
  milo_platform_mode: {
    type: "gauge",
    unit: "0 or 1",
    labels: ["platform", "mode"],
    from: "database",
    processes: DISPATCHER,
    help: "1 for what an operator has the platform do.",
  },
  milo_platform_mass_stop: {
    type: "gauge",
    unit: "0 or 1",
    labels: ["platform"],
    from: "database",
    processes: DISPATCHER,
    help: "1 while a sweep is held that would end most of its bots.",
  },
  milo_breaker_changes_total: {
    type: "counter",
    unit: "changes",
    labels: ["platform", "state"],
    from: "process",
    processes: DISPATCHER,
    help: "Changes of a platform's breaker, by the state that it came to.",
  },
  milo_dispatchers: {
    type: "gauge",
    unit: "processes",
    labels: [],
    from: "database",
    processes: DISPATCHER,
    help: "Dispatchers whose heartbeat is fresh.",
  },
  milo_admit_pass_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["platform", "result"],
    from: "process",
    processes: DISPATCHER,
    buckets: ANSWER_BUCKETS,
    help: "One call of the admission, its wait for the platform's lock included.",
  },
  milo_lock_wait_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: [],
    from: "database",
    processes: DISPATCHER,
    help: "The longest that anything in this database waits for a lock at this moment.",
  },
  milo_database_oldest_xmin_age: {
    type: "gauge",
    unit: "transactions",
    labels: [],
    from: "database",
    processes: DISPATCHER,
    help: "How many transactions the oldest snapshot is behind: what nobody may vacuum since.",
  },
  milo_database_connections: {
    type: "gauge",
    unit: "connections",
    labels: ["process", "activity"],
    from: "database",
    processes: DISPATCHER,
    help: "Connections of milo's processes, by what they do at this moment.",
  },
  milo_database_pool_limit: {
    type: "gauge",
    unit: "connections",
    labels: [],
    from: "process",
    processes: BOTH,
    help: "The most connections that this process opens.",
  },
  milo_database_answer_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: [],
    from: "process",
    processes: BOTH,
    help: "What the smallest statement took when the metrics were asked for, its wait for a connection of the pool included.",
  },
  milo_database_up: {
    type: "gauge",
    unit: "0 or 1",
    labels: [],
    from: "process",
    processes: BOTH,
    help: "1 when the database answered as the metrics were asked for. When 0, all that is counted from rows is left out.",
  },
  milo_loop_silence_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: ["loop"],
    from: "process",
    processes: DISPATCHER,
    help: "Since a loop of the dispatcher last finished a turn.",
  },
  milo_http_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["route", "method", "answer"],
    from: "process",
    processes: WEB,
    buckets: ANSWER_BUCKETS,
    help: "Requests answered, by the pattern of their path; live streams are not among them.",
  },
  milo_stream_viewers: {
    type: "gauge",
    unit: "streams",
    labels: [],
    from: "process",
    processes: WEB,
    help: "Live streams open in this process.",
  },
  milo_bot_events_total: {
    type: "counter",
    unit: "events",
    labels: ["status"],
    from: "process",
    processes: WEB,
    help: "What bots reported of themselves, by the bot's status that it names; `none` names none.",
  },
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof METRICS;
