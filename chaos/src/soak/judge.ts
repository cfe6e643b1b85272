import type { Sample, SoakResult } from "./sample.ts";
import { findTrend, type Point } from "./trend.ts";

/** Something that has to stay as it is. */
export type Figure = {
  what: string;
  unit: "MiB" | "connections" | "rows" | "KiB";
  /** The median over what was looked at. */
  middle: number;
  /** Over what was looked at, along the line through it. */
  growth: number;
  /** The most that still counts as flat. */
  allowed: number;
  isFlat: boolean;
};

export type Verdict = {
  figures: readonly Figure[];
  /** What could not be judged and why, one sentence each. */
  unjudged: readonly string[];
};

/** What is kept for days whatever comes, so that a run sees it only grow; it is small. */
const KEPT_BY_TIME = new Set(["capacity_samples"]);
/** Tables whose rows tell of bots: flat once as many are cleared away as end. */
export const OF_BOTS: ReadonlySet<string> = new Set([
  "bots",
  "bot_events",
  "deployment_queue",
  "deployments",
  "heartbeats",
]);
/** A process is seen for so long once it is warm, or its memory is not judged. */
const LEAST_LIFE_S = 300;
/** V8 takes memory in steps as it finds out what the load needs, and gives little back: for up to ten minutes. */
const RSS_WARM_AFTER_S = 600;
/** What is alive after a collection says much sooner whether it grows. */
const HEAP_WARM_AFTER_S = 150;
/** Pools fill as the load comes, and rounds of clearing away come once a minute. */
const LEAST_DATABASE_S = 240;
const MIB = 2 ** 20;
const KIB = 2 ** 10;

/** A share of the median, and what it may be at least: small things are never flat to a tenth. */
const ALLOWED = {
  rss: { share: 0.1, least: 16 },
  heap: { share: 0.1, least: 4 },
  connections: { share: 0.15, least: 3 },
  rows: { share: 0.2, least: 30 },
  bytes: { share: 0.2, least: 256 },
  dead: { share: 0.5, least: 5_000 },
} as const;

type Kind = keyof typeof ALLOWED;

/** What one process may open (docs/operations.md), by its application name: a pool that was started anew fills up to it. */
const POOLS: Readonly<Record<string, { process: string; most: number }>> = {
  "milo-dispatcher": { process: "dispatcher-", most: 14 },
  "milo-web": { process: "web-", most: 11 },
};

/**
 * Whether memory, connections and tables were flat over the second half of a run, when what warms up is warm and history is
 * cleared away as fast as it comes. Each life of a process is judged by itself.
 */
export function judgeSoak({ samples }: Pick<SoakResult, "samples">): Verdict {
  const endS = samples.at(-1)?.atS ?? 0;
  const late = samples.filter(({ atS }) => atS >= endS / 2);
  const parts = [judgeProcesses(late), judgeConnections(late), judgeTables(late)];
  return { figures: parts.flatMap((part) => part.figures), unjudged: parts.flatMap((part) => part.unjudged) };
}

/** In sentences: what is not flat. */
export function findGrowth({ figures }: Verdict): string[] {
  return figures
    .filter(({ isFlat }) => !isFlat)
    .map(({ what, unit, middle, growth, allowed }) => {
      const [by, around, most] = [growth, middle, allowed].map((value) => value.toFixed(1));
      return `${what} grew by ${by} ${unit}, around ${around}; at most ${most} counts as flat`;
    });
}

/** A table for people, as Markdown has them. */
export function formatFigures({ figures }: Verdict): string {
  const rows = figures.map(({ what, unit, middle, growth, allowed, isFlat }) => {
    const cells = [middle, growth, allowed].map((value) => value.toFixed(1));
    return `| ${what} | ${unit} | ${cells.join(" | ")} | ${isFlat ? "flat" : "**grows**"} |`;
  });
  return ["| what | in | median | growth | flat up to | |", "|---|---|---|---|---|---|", ...rows].join("\n");
}

function judgeProcesses(samples: readonly Sample[]): Verdict {
  const lives = new Map<string, { name: string; pid: number }>();
  for (const { name, pid } of samples.flatMap(({ processes }) => processes)) lives.set(`${name} ${pid}`, { name, pid });
  const figures: Figure[] = [];
  const unjudged: string[] = [];
  for (const { name, pid } of lives.values()) {
    const points = (warmAfterS: number, read: (process: Sample["processes"][number]) => number | null): Point[] =>
      samples.flatMap(({ atS, processes }) => {
        const own = processes.find((process) => process.pid === pid && process.uptimeS > warmAfterS);
        const value = own === undefined ? null : read(own);
        return value === null ? [] : [[atS, value / MIB] as const];
      });
    const rss = points(RSS_WARM_AFTER_S, ({ rssBytes }) => rssBytes);
    if (spanS(rss) < LEAST_LIFE_S) unjudged.push(`Memory of ${name} (${pid}): seen for too short a time once warm`);
    else figures.push(...judge("rss", `memory of ${name} (${pid})`, "MiB", rss));
    const heap = points(HEAP_WARM_AFTER_S, ({ heapAfterGcBytes }) => heapAfterGcBytes);
    if (spanS(heap) < LEAST_LIFE_S) unjudged.push(`Heap of ${name} (${pid}): seen for too short a time once warm`);
    else figures.push(...judge("heap", `heap of ${name} (${pid}) after collection`, "MiB", heap));
  }
  return { figures, unjudged };
}

function judgeConnections(samples: readonly Sample[]): Verdict {
  const known = samples.flatMap(({ database }) => Object.keys(database?.connections ?? {}));
  const figures: Figure[] = [];
  const unjudged: string[] = [];
  for (const name of [...new Set(known)].toSorted()) {
    const points = samples.flatMap(({ atS, database }): Point[] =>
      database === null ? [] : [[atS, database.connections[name] ?? 0]],
    );
    if (spanS(points) < LEAST_DATABASE_S) {
      unjudged.push(`Connections of ${name}: seen for less than ${LEAST_DATABASE_S / 60} minutes`);
      continue;
    }
    const [figure] = judge("connections", `connections of ${name}`, "connections", points);
    const most = mostOpen(name, samples);
    const isBounded = points.every(([, open]) => open <= most);
    if (figure !== undefined) figures.push({ ...figure, isFlat: figure.isFlat || isBounded });
  }
  return { figures, unjudged };
}

function mostOpen(name: string, samples: readonly Sample[]): number {
  const pool = POOLS[name];
  if (pool === undefined) return 0;
  const counts = samples.map(({ processes }) => processes.filter((one) => one.name.startsWith(pool.process)).length);
  return pool.most * Math.max(0, ...counts);
}

function judgeTables(samples: readonly Sample[]): Verdict {
  const names = new Set(samples.flatMap(({ database }) => database?.tables.map(({ name }) => name) ?? []));
  const figures: Figure[] = [];
  const unjudged: string[] = [];
  for (const name of [...names].toSorted()) {
    if (KEPT_BY_TIME.has(name)) continue;
    const points = (read: (table: { rows: number; deadRows: number; bytes: number }) => number): Point[] =>
      samples.flatMap(({ atS, database }) => {
        const own = database?.tables.find((table) => table.name === name);
        return own === undefined ? [] : [[atS, read({ ...own, bytes: own.tableBytes + own.indexBytes })] as const];
      });
    const rows = points((table) => table.rows);
    if (OF_BOTS.has(name) && spanS(rows) < LEAST_DATABASE_S) {
      unjudged.push(`Table ${name}: seen for less than ${LEAST_DATABASE_S / 60} minutes`);
      continue;
    }
    figures.push(
      ...judge("rows", `rows of ${name}`, "rows", rows),
      ...judge(
        "bytes",
        `size of ${name} and its indexes`,
        "KiB",
        points(({ bytes }) => bytes / KIB),
      ),
      ...judge(
        "dead",
        `dead rows of ${name}`,
        "rows",
        points(({ deadRows }) => deadRows),
      ),
    );
  }
  return { figures, unjudged };
}

function spanS(points: readonly Point[]): number {
  return (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
}

function judge(kind: Kind, what: string, unit: Figure["unit"], points: readonly Point[]): Figure[] {
  const trend = findTrend(points);
  if (trend === null) return [];
  const { share, least } = ALLOWED[kind];
  const allowed = Math.max(share * trend.middle, least);
  return [{ what, unit, ...trend, allowed, isFlat: trend.growth <= allowed }];
}
