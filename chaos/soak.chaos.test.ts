import { describe, expect, it } from "vitest";
import { drawGraph } from "./src/soak/graph/draw-graph.ts";
import { findGrowth, judgeSoak } from "./src/soak/judge.ts";
import { runSoak } from "./src/soak/run-soak.ts";
import type { Sample } from "./src/soak/sample.ts";

describe("soak", () => {
  it("sees every process, connection and table of a loaded milo, and nothing left when it is over", async () => {
    const told: Sample[] = [];
    const run = await runSoak({
      seed: 2,
      // Too short for memory to be judged or for a fault to come: that is what the long run is for.
      minutes: 0.5,
      botsPerMinute: 60,
      keepLogs: false,
      signal: new AbortController().signal,
      say: () => undefined,
      onSample: (sample) => told.push(sample),
    });
    expect(run.violations).toEqual([]);
    expect(run.accepted).toBeGreaterThan(10);
    expect(run.samples).toEqual(told);
    const last = run.samples.at(-1);
    const names = ["dispatcher-1", "dispatcher-2", "web-1", "web-2"];
    const seen = run.samples.flatMap(({ processes }) => processes.map(({ name }) => name));
    expect([...new Set(seen)].toSorted()).toEqual(names);
    expect(Object.keys(last?.database?.connections ?? {}).toSorted()).toEqual(["milo-dispatcher", "milo-web"]);
    expect(last?.database?.tables.find(({ name }) => name === "bots")?.rows).toBeGreaterThan(10);
    const verdict = judgeSoak(run);
    expect(findGrowth(verdict)).toEqual([]);
    expect(verdict.unjudged.length).toBeGreaterThan(0);
    expect(drawGraph(run)).toContain("</svg>");
  });
});
