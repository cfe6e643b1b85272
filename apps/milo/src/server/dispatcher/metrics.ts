import type { DeploymentPlatform } from "@milo/placement";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";
import { isContention } from "#server/database/retry.ts";
import { createInstruments, type Instruments } from "#server/metrics/instruments.ts";
import { readDatabaseGauges } from "#server/metrics/read-database-gauges.ts";
import { timeDatabase } from "#server/metrics/time-database.ts";
import type { LoopPulse } from "./loop.ts";
import type { Repositories } from "./repositories.ts";
import { mayRun } from "./strangers.ts";

export type Metrics = {
  instruments: Instruments;
  contentType: string;
  /** Counts the rows anew; while the database is away, all that is counted from rows is left out. */
  render(): Promise<string>;
  /** Hears of each complete listing. */
  onListed(platform: DeploymentPlatform, workloads: readonly Workload[]): void;
  /** The same repositories, with what they do counted; `onAdmitted` hears of what has committed. */
  countWrites(repositories: Repositories, onAdmitted: (deploymentIds: readonly number[]) => void): Repositories;
};

export type MetricsOptions = {
  sql: Sql;
  times: { healthFreshMs: number; dispatcherLeaseMs: number };
  pulses(): readonly LoopPulse[];
  monotonicMs(): number;
};

/** A dispatcher that has not listed a platform for so long does not watch it any more. */
const LISTING_FRESH_MS = 30_000;

/**
 * What Prometheus reads of a dispatcher. What is counted from rows is the same from every replica (take the maximum
 * over replicas); counters are this process's own (take the sum).
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const instruments = createInstruments("dispatcher");
  const listings = new Map<DeploymentPlatform, { running: number; atMs: number }>();
  const listed = () => {
    const fresh = [...listings].filter(([, { atMs }]) => options.monotonicMs() - atMs <= LISTING_FRESH_MS);
    return new Map(fresh.map(([platform, { running }]) => [platform, running]));
  };
  return {
    instruments,
    contentType: instruments.contentType,
    async render() {
      instruments.forget("database");
      instruments.forget("process");
      const running = listed();
      for (const [platform, count] of running) instruments.set("milo_platform_workloads_listed", { platform }, count);
      if (await timeDatabase(instruments, options.sql)) await readRows(instruments, options, running);
      const nowMs = options.monotonicMs();
      for (const pulse of options.pulses()) {
        instruments.set("milo_loop_silence_seconds", { loop: pulse.name }, (nowMs - pulse.lastTurnMs) / 1_000);
      }
      return instruments.text();
    },
    onListed: (platform, workloads) => {
      listings.set(platform, { running: workloads.filter(mayRun).length, atMs: options.monotonicMs() });
    },
    countWrites: (repositories, onAdmitted) => ({
      ...repositories,
      ...countAdmissions(instruments, repositories, options.monotonicMs, onAdmitted),
      ...countLaunches(instruments, repositories),
      ...countEnds(instruments, repositories),
    }),
  };
}

/** It may go away between two statements: then all of them are left out. */
async function readRows(
  instruments: Instruments,
  { sql, times }: MetricsOptions,
  listed: ReadonlyMap<DeploymentPlatform, number>,
): Promise<void> {
  try {
    await readDatabaseGauges(instruments, sql, times, listed);
  } catch {
    instruments.forget("database");
    instruments.set("milo_database_up", {}, 0);
  }
}

function countAdmissions(
  instruments: Instruments,
  repositories: Repositories,
  monotonicMs: () => number,
  onAdmitted: (deploymentIds: readonly number[]) => void,
): Pick<Repositories, "admit"> {
  return {
    async admit(sql, request, onSlotClash) {
      const { platform } = request;
      const beganMs = monotonicMs();
      const tell = (result: string) =>
        instruments.observe("milo_admit_pass_seconds", { platform, result }, (monotonicMs() - beganMs) / 1_000);
      try {
        const admitted = await repositories.admit(sql, request, () => {
          instruments.add("milo_slot_clashes_total", { platform });
          onSlotClash();
        });
        tell(admitted.length > 0 ? "admitted" : "empty");
        onAdmitted(admitted.map(({ deploymentId }) => deploymentId));
        return admitted;
      } catch (error) {
        tell(isContention(error) ? "contended" : "failed");
        throw error;
      }
    },
  };
}

function countLaunches(
  instruments: Instruments,
  repositories: Repositories,
): Pick<Repositories, "markStarting" | "giveUpAttempt" | "noteLaunchOutcome" | "noteProbe"> {
  return {
    async markStarting(...args) {
      const started = await repositories.markStarting(...args);
      instruments.add("milo_launches_started_total", {}, started.size);
      return started;
    },
    async giveUpAttempt(sql, given) {
      const gaveUp = await repositories.giveUpAttempt(sql, given);
      if (gaveUp) instruments.add("milo_launches_failed_total", { class: given.class });
      if (gaveUp && given.nothingExists) instruments.add("milo_slots_reclaimed_total", { cause: "never_sent" });
      return gaveUp;
    },
    async noteLaunchOutcome(sql, noted) {
      const change = await repositories.noteLaunchOutcome(sql, noted);
      if (change !== null) {
        instruments.add("milo_breaker_changes_total", { platform: noted.platform, state: change.to });
      }
      return change;
    },
    async noteProbe(sql, noted) {
      const change = await repositories.noteProbe(sql, noted);
      if (change !== null) {
        instruments.add("milo_breaker_changes_total", { platform: noted.platform, state: change.to });
      }
      return change;
    },
  };
}

function countEnds(
  instruments: Instruments,
  repositories: Repositories,
): Pick<Repositories, "confirmGone" | "confirmAbsent" | "insertOrphans"> {
  const reclaim = async (cause: string, freed: Promise<boolean>) => {
    if (await freed) instruments.add("milo_slots_reclaimed_total", { cause });
    return freed;
  };
  return {
    confirmGone: (...args) => reclaim("stopped", repositories.confirmGone(...args)),
    confirmAbsent: (...args) => reclaim("absent", repositories.confirmAbsent(...args)),
    async insertOrphans(sql, platform, orphans) {
      const inserted = await repositories.insertOrphans(sql, platform, orphans);
      instruments.add("milo_orphans_found_total", { platform }, inserted.length);
      return inserted;
    },
  };
}
