import type { SoakResult } from "../sample.ts";
import type { Point } from "../trend.ts";
import { type Line, makePanels, type Panel } from "./panels.ts";

const WIDTH = 900;
const LEFT = 64;
const RIGHT = 150;
const TOP = 24;
const PLOT_HEIGHT = 90;
const PANEL_HEIGHT = 136;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const AXIS_HEIGHT = 44;
/** A line is broken where nothing was seen for longer than so many of its usual gaps. */
const GAP_FACTOR = 2.5;

/** Told apart by people who see few colours (Okabe and Ito), and light enough or dark enough for either ground. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .minor { fill: #57606a; font-size: 11px; }
  .grid { stroke: #d0d7de; }
  .fault { stroke: #57606a; stroke-opacity: 0.35; stroke-dasharray: 2 3; }
  .line { fill: none; stroke-width: 1.4; stroke-linejoin: round; }
  .c0 { stroke: #0072b2; } .c1 { stroke: #d55e00; } .c2 { stroke: #009e73; } .c3 { stroke: #aa4499; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .minor { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .fault { stroke: #9198a1; }
    .c0 { stroke: #56b4e9; } .c1 { stroke: #f5843c; } .c2 { stroke: #2fc79b; } .c3 { stroke: #dd88cc; }
  }`;

/** The graph of a soak as an SVG file: a panel for each thing, over one time, with a dashed line for each fault. */
export function drawGraph(result: Pick<SoakResult, "samples" | "faults">): string {
  const panels = makePanels(result);
  const endS = Math.max(1, result.samples.at(-1)?.atS ?? 0);
  const height = TOP + panels.length * PANEL_HEIGHT + AXIS_HEIGHT;
  const x = (atS: number) => LEFT + (atS / endS) * PLOT_WIDTH;
  const bottom = TOP + panels.length * PANEL_HEIGHT - (PANEL_HEIGHT - PLOT_HEIGHT) + 20;
  const faults = result.faults.map(
    ({ atS, name }) =>
      `<line class="fault" x1="${round(x(atS))}" x2="${round(x(atS))}" y1="${TOP}" y2="${bottom}"><title>${escapeText(name)}</title></line>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="soak">`,
    `<title id="soak">A soak of milo: memory, connections and tables over ${Math.round(endS / 60)} minutes</title>`,
    `<style>${STYLE}\n</style>`,
    ...faults,
    ...panels.flatMap((panel, index) => drawPanel(panel, TOP + index * PANEL_HEIGHT, x)),
    ...drawAxis(endS, bottom + 18, x),
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ title, unit, lines }: Panel, top: number, x: (atS: number) => number): string[] {
  const most = niceCeiling(Math.max(1, ...lines.flatMap(({ points }) => points.map(([, value]) => value))));
  const plotTop = top + 20;
  const y = (value: number) => plotTop + PLOT_HEIGHT * (1 - value / most);
  const grid = [0, most / 2, most].flatMap((value) => [
    `<line class="grid" x1="${LEFT}" x2="${LEFT + PLOT_WIDTH}" y1="${round(y(value))}" y2="${round(y(value))}"/>`,
    `<text class="minor" x="${LEFT - 8}" y="${round(y(value) + 4)}" text-anchor="end">${formatNumber(value)}</text>`,
  ]);
  const drawn = lines.flatMap(({ name, points }, index) => {
    const legendY = plotTop + 10 + index * 18;
    const legendX = LEFT + PLOT_WIDTH + 14;
    return [
      `<path class="line c${index % 4}" d="${drawPath(points, x, y)}"/>`,
      `<line class="line c${index % 4}" x1="${legendX}" x2="${legendX + 16}" y1="${legendY - 4}" y2="${legendY - 4}"/>`,
      `<text x="${legendX + 22}" y="${legendY}">${escapeText(name)}</text>`,
    ];
  });
  const heading = unit === "" ? title : `${title}, ${unit}`;
  return [`<text class="title" x="${LEFT}" y="${top + 10}">${escapeText(heading)}</text>`, ...grid, ...drawn];
}

function drawPath(points: Line["points"], x: (atS: number) => number, y: (value: number) => number): string {
  const gaps = points.slice(1).map(([atS], index) => atS - (points[index]?.[0] ?? atS));
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  return points
    .map(([atS, value]: Point, index) => {
      const isBroken = index === 0 || (gaps[index - 1] ?? 0) > usual * GAP_FACTOR;
      return `${isBroken ? "M" : "L"}${round(x(atS))} ${round(y(value))}`;
    })
    .join("");
}

function drawAxis(endS: number, y: number, x: (atS: number) => number): string[] {
  const stepS = [5, 10, 30, 60, 300, 600, 3_600].find((step) => endS / step <= 10) ?? 14_400;
  const ticks = Array.from({ length: Math.floor(endS / stepS) + 1 }, (_, index) => index * stepS);
  return ticks.map((atS) => {
    const label = stepS < 60 ? `${atS} s` : `${atS / 60} min`;
    return `<text class="minor" x="${round(x(atS))}" y="${y}" text-anchor="middle">${label}</text>`;
  });
}

/** The next number up that a scale may end with. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 6, 8].find((digit) => digit * power >= value) ?? 10) * power;
}

function formatNumber(value: number): string {
  return value >= 1_000 ? `${value / 1_000}k` : String(value);
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
