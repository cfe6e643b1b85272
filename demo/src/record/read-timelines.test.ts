import type { TimelineEntry } from "@milo/emulators";
import { describe, expect, it } from "vitest";
import { countMostAtOnce, toRuns } from "./read-timelines.ts";

function entry(container: number | null, kind: TimelineEntry["kind"], at: number, detail = ""): TimelineEntry {
  return {
    at,
    platform: "kubernetes",
    workload: "w",
    launchKey: `bot-k3x9qa-${container}-a2`,
    container,
    kind,
    detail,
  };
}

describe("toRuns", () => {
  it("tells whose container it was, how it ended and whether the platform was told to stop it", () => {
    const entries = [entry(7, "started", 10), entry(7, "stop_requested", 20), entry(7, "exited", 30, "SIGTERM")];
    expect(toRuns("k8s", entries)).toEqual([
      { platform: "k8s", botId: 7, attempt: 2, startMs: 10, endMs: 30, exit: "SIGTERM", toldToStopAtMs: 20 },
    ]);
  });

  it("leaves out workloads that never became a process, and those of nobody", () => {
    const stranger = { ...entry(8, "started", 10), launchKey: "somebody-else" };
    expect(toRuns("k8s", [entry(null, "created", 5), stranger])).toEqual([]);
  });

  it("shows a container that still runs without an end", () => {
    expect(toRuns("k8s", [entry(7, "started", 10)])).toMatchObject([{ endMs: null, exit: null }]);
  });
});

describe("countMostAtOnce", () => {
  it("counts overlaps, not neighbours", () => {
    const at = (startMs: number, endMs: number | null) => ({ startMs, endMs });
    const count = (...spans: ReturnType<typeof at>[]) =>
      countMostAtOnce(
        spans.map((span) => ({ platform: "k8s", botId: 1, attempt: 1, exit: null, toldToStopAtMs: null, ...span })),
      );
    expect(count()).toBe(0);
    expect(count(at(1, 5), at(5, 9))).toBe(1);
    expect(count(at(1, 6), at(5, 9), at(8, null))).toBe(2);
    expect(count(at(1, null), at(2, null), at(3, 4))).toBe(3);
  });
});
