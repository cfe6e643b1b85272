import { describe, expect, it } from "vitest";
import type { Sample } from "../sample.ts";
import { drawGraph } from "./draw-graph.ts";

function sampleAt(atS: number, isDatabaseUp = true): Sample {
  const process = { name: "web-1", pid: 1, uptimeS: atS, rssBytes: 2 ** 27, heapAfterGcBytes: null, lagP99Ms: 2 };
  const tables = [{ name: "bots", rows: 10, deadRows: 1, tableBytes: 8_192, indexBytes: 8_192 }];
  const database = { connections: { "milo-web": 22 }, tables, running: 3, waiting: 1, finished: 4 };
  return { atS, processes: [process], database: isDatabaseUp ? database : null };
}

const pathOf = (svg: string, index: number) => [...svg.matchAll(/<path class="line c\d" d="([^"]*)"/g)][index]?.[1];

describe("drawGraph", () => {
  it("breaks a line where the database did not answer, and only that", () => {
    const samples = [10, 20, 30, 40, 50, 60, 70].map((atS) => sampleAt(atS, atS < 30 || atS > 50));
    const svg = drawGraph({ samples, faults: [] });
    expect(pathOf(svg, 0)?.match(/M/g)).toHaveLength(2);
    expect(pathOf(svg, 2)?.match(/M/g)).toHaveLength(1);
  });

  it("shows each fault, and lets no name of one out of its text", () => {
    const svg = drawGraph({ samples: [sampleAt(10), sampleAt(20)], faults: [{ atS: 12, name: 'cut <a> & "b"' }] });
    expect(svg.match(/class="fault"/g)).toHaveLength(1);
    expect(svg).toContain("<title>cut &#60;a&#62; &#38; &#34;b&#34;</title>");
  });

  it("draws also what has no samples", () => {
    expect(drawGraph({ samples: [], faults: [] })).not.toMatch(/NaN|Infinity|undefined/);
  });
});
