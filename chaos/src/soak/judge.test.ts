import { describe, expect, it } from "vitest";
import { findGrowth, judgeSoak } from "./judge.ts";
import type { Sample } from "./sample.ts";
import { findTrend } from "./trend.ts";

const MIB = 2 ** 20;
const EVERY_S = 10;
const SAMPLES = 240;
const RESTART_S = 1_000;

type World = { rssMiB(atS: number): number; connections(atS: number): number; rows(atS: number): number };

const FLAT: World = { rssMiB: () => 140, connections: () => 26, rows: () => 3 };
/** What noise there is in a real run: up and down, and the same each time. */
const wobble = (atS: number, by: number) => by * Math.sin(atS * 12.9898);

function makeSamples(changed: Partial<World>, { withOutage = false } = {}): Sample[] {
  const world = { ...FLAT, ...changed };
  return Array.from({ length: SAMPLES }, (_, index) => {
    const atS = (index + 1) * EVERY_S;
    const isOut = withOutage && atS > 1_500 && atS < 1_560;
    return {
      atS,
      processes: [
        {
          name: "dispatcher-1",
          pid: 7,
          uptimeS: atS + 5,
          rssBytes: (world.rssMiB(atS) + wobble(atS, 4)) * MIB,
          heapAfterGcBytes: index % 6 === 0 ? 40 * MIB : null,
          lagP99Ms: 3,
        },
      ],
      database: isOut
        ? null
        : {
            connections: { "milo-dispatcher": world.connections(atS) },
            tables: [
              { name: "dispatchers", rows: world.rows(atS), deadRows: 5, tableBytes: 16_384, indexBytes: 16_384 },
              { name: "capacity_samples", rows: atS * 100, deadRows: 0, tableBytes: atS * 5_000, indexBytes: 16_384 },
            ],
            running: 55,
            waiting: 2,
            finished: Math.floor(atS * 2.5),
          },
    };
  });
}

const growthOf = (samples: readonly Sample[]) => findGrowth(judgeSoak({ samples }));

describe("judgeSoak", () => {
  it("calls a run flat whose figures only go up and down", () => {
    const samples = makeSamples({});
    expect(growthOf(samples)).toEqual([]);
    expect(judgeSoak({ samples }).figures.map(({ what }) => what)).toEqual([
      "memory of dispatcher-1 (7)",
      "heap of dispatcher-1 (7) after collection",
      "connections of milo-dispatcher",
      "rows of dispatchers",
      "size of dispatchers and its indexes",
      "dead rows of dispatchers",
    ]);
  });

  it("names the process whose memory grows", () => {
    expect(growthOf(makeSamples({ rssMiB: (atS) => 140 + atS / 40 }))).toEqual([
      expect.stringMatching(/^memory of dispatcher-1 \(7\) grew by (29|30)\.\d MiB/),
    ]);
  });

  it("lets a process warm up in the first half", () => {
    expect(growthOf(makeSamples({ rssMiB: (atS) => Math.min(140, 60 + atS / 10) }))).toEqual([]);
  });

  it("names connections and rows that pile up", () => {
    const growth = growthOf(makeSamples({ connections: (atS) => 26 + atS / 100, rows: (atS) => atS / 10 }));
    expect(growth).toEqual([
      expect.stringContaining("connections of milo-dispatcher grew"),
      expect.stringContaining("rows of dispatchers grew"),
    ]);
  });

  it("lets the pool of a process that was started anew fill up to what it may open", () => {
    const fill = (atS: number) => (atS < 1_500 ? 14 : Math.min(14, 5 + (atS - 1_500) / 90));
    expect(growthOf(makeSamples({ connections: fill }))).toEqual([]);
    expect(growthOf(makeSamples({ connections: (atS) => fill(atS) + 1 }))).toHaveLength(1);
  });

  it("is not misled by an outage", () => {
    const dip = (atS: number) => (atS > 1_500 && atS < 1_700 ? 0 : 26);
    expect(growthOf(makeSamples({ connections: dip }, { withOutage: true }))).toEqual([]);
  });

  it("judges each life of a process by itself, and none that was too short", () => {
    const samples = makeSamples({}).map((sample) => ({
      ...sample,
      processes: sample.processes.map((one) =>
        sample.atS < SAMPLES * EVERY_S - RESTART_S
          ? { ...one, rssBytes: one.rssBytes / 2 }
          : { ...one, pid: 8, uptimeS: sample.atS - (SAMPLES * EVERY_S - RESTART_S) },
      ),
    }));
    const verdict = judgeSoak({ samples });
    expect(findGrowth(verdict)).toEqual([]);
    expect(verdict.figures.map(({ what }) => what)).toContain("memory of dispatcher-1 (8)");
    expect(verdict.unjudged).toEqual([
      expect.stringContaining("Memory of dispatcher-1 (7)"),
      expect.stringContaining("Heap of dispatcher-1 (7)"),
    ]);
  });

  it("says of a short run what it cannot judge", () => {
    const { figures, unjudged } = judgeSoak({ samples: makeSamples({}).slice(0, 6) });
    expect(unjudged).toEqual([
      expect.stringContaining("Memory of dispatcher-1"),
      expect.stringContaining("Heap of dispatcher-1"),
      expect.stringContaining("Connections of milo-dispatcher"),
    ]);
    expect(figures.map(({ what }) => what)).toContain("rows of dispatchers");
  });
});

describe("findTrend", () => {
  it("follows the line through most points, wherever a few of them are", () => {
    const points = Array.from({ length: 40 }, (_, at) => [at, at % 9 === 0 ? 1_000 : 10 + 2 * at] as const);
    const trend = findTrend(points);
    expect(trend?.growth).toBeCloseTo(78, 0);
  });

  it("has nothing to say of two points", () => {
    expect(
      findTrend([
        [0, 1],
        [1, 2],
      ]),
    ).toBeNull();
  });
});
