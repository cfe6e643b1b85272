import type { DeploymentPlatform } from "@milo/placement";

/** What an emulated platform recorded of its containers; docs/emulator-differences.md. */
export type Timeline = {
  entries: readonly { kind: string; container: number | null; workload: string; detail: string; at: number }[];
  intervals: readonly {
    workload: string;
    launchKey: string | null;
    container: number;
    start: number;
    end: number | null;
  }[];
};

/** One container process, as its platform saw it; machine time, milliseconds. `endMs` is null while it runs. */
export type Run = {
  platform: DeploymentPlatform;
  launchKey: string;
  workload: string;
  /** When the platform began to bring it about: it had been asked by then. */
  createdMs: number;
  startMs: number;
  endMs: number | null;
  /** When its platform told it to stop; null = it never did. */
  toldToStopMs: number | null;
};

export function readRuns(platform: DeploymentPlatform, timeline: Timeline): Run[] {
  const created = new Map(
    timeline.entries.filter(({ kind }) => kind === "created").map(({ workload, at }) => [workload, at] as const),
  );
  const told = new Map(
    timeline.entries
      .filter(({ kind }) => kind === "stop_requested")
      .map(({ container, at }) => [container, at] as const),
  );
  return timeline.intervals.map(({ launchKey, workload, container, start, end }) => ({
    platform,
    launchKey: launchKey ?? "",
    workload,
    createdMs: created.get(workload) ?? start,
    startMs: start,
    endMs: end,
    toldToStopMs: told.get(container) ?? null,
  }));
}
