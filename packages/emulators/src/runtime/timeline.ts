/** What can happen to a workload or to one of its container processes. */
export type TimelineKind = "created" | "start_failed" | "started" | "stop_requested" | "killed" | "exited" | "removed";

/** One line of the record; `at` is milliseconds since the epoch. */
export interface TimelineEntry {
  readonly at: number;
  readonly platform: string;
  /** The platform's own name of the workload: pod name, task ARN, application uuid. */
  readonly workload: string;
  /** MILO_LAUNCH_KEY of the container's environment, or null where there was none. */
  readonly launchKey: string | null;
  /** Number of the container process, unique within one timeline; null for entries about the workload itself. */
  readonly container: number | null;
  readonly kind: TimelineKind;
  readonly detail: string;
}

/** The life of one container process; `end` is null while it runs. */
export interface TimelineInterval {
  readonly platform: string;
  readonly workload: string;
  readonly launchKey: string | null;
  readonly container: number;
  readonly start: number;
  readonly end: number | null;
}

export type NewTimelineEntry = Pick<TimelineEntry, "workload" | "kind"> &
  Partial<Pick<TimelineEntry, "launchKey" | "container" | "detail">>;

/** An append-only witness of what ran when, independent of everything the control plane believes. */
export interface Timeline {
  record(entry: NewTimelineEntry): void;
  entries(): readonly TimelineEntry[];
  intervals(): TimelineInterval[];
  /** The container processes alive at `t` (milliseconds since the epoch). */
  runningAt(t: number): TimelineInterval[];
  /** The largest number of processes alive at once, among those whose interval passes `filter`. */
  maxConcurrent(filter?: (interval: TimelineInterval) => boolean): number;
  clear(): void;
}

/** Makes an empty timeline for one platform; `clock` returns milliseconds since the epoch. */
export function createTimeline(options: { platform: string; clock?: () => number }): Timeline {
  const clock = options.clock ?? Date.now;
  const entries: TimelineEntry[] = [];
  return {
    record: ({ workload, kind, launchKey = null, container = null, detail = "" }) => {
      entries.push({ at: clock(), platform: options.platform, workload, launchKey, container, kind, detail });
    },
    entries: () => entries,
    intervals: () => buildIntervals(entries),
    runningAt: (t) => buildIntervals(entries).filter(({ start, end }) => start <= t && (end === null || t < end)),
    maxConcurrent: (filter = () => true) => countMaxConcurrent(entries, filter),
    clear: () => {
      entries.length = 0;
    },
  };
}

/** Pairs every `started` with its `exited`; also for entries read from `/_emulator/timeline`. */
export function buildIntervals(entries: readonly TimelineEntry[]): TimelineInterval[] {
  const ends = new Map<number, number>();
  for (const { kind, container, at } of entries) {
    if (kind === "exited" && container !== null) ends.set(container, at);
  }
  return entries.flatMap(({ kind, container, at, platform, workload, launchKey }) =>
    kind === "started" && container !== null
      ? [{ platform, workload, launchKey, container, start: at, end: ends.get(container) ?? null }]
      : [],
  );
}

// Walks the entries in the order they were written: several can share one millisecond.
function countMaxConcurrent(
  entries: readonly TimelineEntry[],
  filter: (interval: TimelineInterval) => boolean,
): number {
  const counted = new Set(
    buildIntervals(entries)
      .filter(filter)
      .map(({ container }) => container),
  );
  let running = 0;
  let most = 0;
  for (const { kind, container } of entries) {
    if (container === null || !counted.has(container)) continue;
    if (kind === "started") running += 1;
    if (kind === "exited") running -= 1;
    most = Math.max(most, running);
  }
  return most;
}
