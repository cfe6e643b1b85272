import { buildIntervals, type TimelineEntry } from "@milo/emulators";
import type { DeploymentPlatform } from "@milo/placement";
import type { DayRecord, Run } from "./day-record.ts";

/** Which bot's which attempt a workload is, from the launch key in its environment. */
const LAUNCH_KEY = /^bot-[a-z0-9]+-(\d+)-a(\d+)$/;

/** What one emulated platform ran, from its own timeline. */
export function toRuns(platform: DeploymentPlatform, entries: readonly TimelineEntry[]): Run[] {
  return buildIntervals(entries).flatMap(({ launchKey, container, start, end }) => {
    const [, botId, attempt] = LAUNCH_KEY.exec(launchKey ?? "") ?? [];
    if (botId === undefined || attempt === undefined) return [];
    const own = entries.filter((entry) => entry.container === container);
    const exited = own.find((entry) => entry.kind === "exited");
    const told = own.find((entry) => entry.kind === "stop_requested" || entry.kind === "killed");
    const run: Run = {
      platform,
      botId: Number(botId),
      attempt: Number(attempt),
      startMs: start,
      endMs: end,
      exit: exited?.detail ?? null,
      toldToStopAtMs: told?.at ?? null,
    };
    return [run];
  });
}

/** The most processes that ran at once; one that ends in the millisecond another starts in came before it. */
export function countMostAtOnce(runs: readonly Run[]): number {
  const changes = runs.flatMap(({ startMs, endMs }) => [
    { at: startMs, by: 1 },
    ...(endMs === null ? [] : [{ at: endMs, by: -1 }]),
  ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let running = 0;
  return changes.reduce((most, { by }) => {
    running += by;
    return Math.max(most, running);
  }, 0);
}

/** Reads the record of every emulated platform. */
export async function readTimelines(
  urls: Readonly<Record<DeploymentPlatform, string>>,
): Promise<Pick<DayRecord, "runs" | "mostAtOnce">> {
  const read = async (platform: DeploymentPlatform) => {
    const response = await fetch(`${urls[platform]}/_emulator/timeline`);
    return toRuns(platform, ((await response.json()) as { entries: TimelineEntry[] }).entries);
  };
  const [k8s, aws, coolify] = await Promise.all([read("k8s"), read("aws"), read("coolify")]);
  return {
    runs: [...k8s, ...aws, ...coolify],
    mostAtOnce: { k8s: countMostAtOnce(k8s), aws: countMostAtOnce(aws), coolify: countMostAtOnce(coolify) },
  };
}
