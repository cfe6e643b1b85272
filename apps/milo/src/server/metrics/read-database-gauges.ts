import { BREAKER_STATES, type DeploymentPlatform, PLATFORM_MODES } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import {
  type PlatformNumbers,
  readConnectionNumbers,
  readDatabaseNumbers,
  readFinishedNumbers,
  readPlatformNumbers,
  readWaitingNumbers,
  type WaitingNumbers,
} from "#server/database/repositories/metrics-view.ts";
import type { Instruments } from "./instruments.ts";
import { LABEL_VALUES } from "./label-values.ts";
import { sortWaiting } from "./sort-waiting.ts";

/** Counts the rows anew into the gauges that are the same from every dispatcher. `listed`: what platforms themselves show. */
export async function readDatabaseGauges(
  instruments: Instruments,
  sql: Sql,
  times: { healthFreshMs: number; dispatcherLeaseMs: number },
  listed: ReadonlyMap<DeploymentPlatform, number>,
): Promise<void> {
  const [platforms, waiting, finished, database, connections] = await Promise.all([
    readPlatformNumbers(sql, times.healthFreshMs),
    readWaitingNumbers(sql),
    readFinishedNumbers(sql),
    readDatabaseNumbers(sql, times.dispatcherLeaseMs),
    readConnectionNumbers(sql),
  ]);
  for (const numbers of platforms) tellPlatform(instruments, numbers, listed.get(numbers.platform) ?? 0);
  tellWaiting(instruments, waiting, platforms);
  for (const outcome of LABEL_VALUES.outcome) {
    const bots = finished.find((row) => row.outcome === outcome)?.bots ?? 0;
    instruments.set("milo_bots_finished_recently", { outcome }, bots);
  }
  instruments.set("milo_lock_wait_seconds", {}, database.lockWaitSeconds);
  instruments.set("milo_database_oldest_xmin_age", {}, database.xminAge);
  instruments.set("milo_dispatchers", {}, database.dispatchers);
  for (const { process, activity, connections: count } of connections) {
    instruments.set("milo_database_connections", { process, activity }, count);
  }
}

function tellPlatform(instruments: Instruments, numbers: PlatformNumbers, listed: number): void {
  const { platform, used, limit, mode, breaker } = numbers;
  instruments.set("milo_platform_slots_used", { platform }, used);
  instruments.set("milo_platform_slots_limit", { platform }, limit);
  instruments.set("milo_observed_over_limit", { platform }, Math.max(0, used - limit, listed - limit));
  instruments.set("milo_platform_healthy", { platform }, numbers.healthy ? 1 : 0);
  instruments.set("milo_platform_mass_stop", { platform }, numbers.massStop ? 1 : 0);
  instruments.set("milo_launches_unknown", { platform }, numbers.unknown);
  instruments.set("milo_stops_overdue", { platform }, numbers.stopsOverdue);
  instruments.set("milo_bots_unreachable", { platform }, numbers.unreachable);
  for (const state of BREAKER_STATES) {
    instruments.set("milo_platform_breaker_state", { platform, state }, state === breaker ? 1 : 0);
  }
  for (const one of PLATFORM_MODES)
    instruments.set("milo_platform_mode", { platform, mode: one }, one === mode ? 1 : 0);
}

function tellWaiting(
  instruments: Instruments,
  groups: readonly WaitingNumbers[],
  platforms: readonly PlatformNumbers[],
): void {
  const gates = platforms.map(({ platform, mode, breaker, backsOff }) => {
    return { platform, mode, backsOff, passes: breaker === "closed" || breaker === "ramping" };
  });
  const sums = new Map<string, number>(LABEL_VALUES.reason.map((reason) => [reason, 0]));
  for (const group of groups) {
    const reason = sortWaiting(group, gates);
    sums.set(reason, (sums.get(reason) ?? 0) + group.waiting);
  }
  for (const [reason, waiting] of sums) instruments.set("milo_queue_waiting", { reason }, waiting);
  const oldest = Math.max(0, ...groups.map((group) => group.oldestWaitSeconds));
  instruments.set("milo_queue_oldest_wait_seconds", {}, oldest);
}
