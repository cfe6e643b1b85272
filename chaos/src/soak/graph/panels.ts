import { OF_BOTS } from "../judge.ts";
import type { DatabaseSample, ProcessSample, SoakResult } from "../sample.ts";
import type { Point } from "../trend.ts";

export type Line = { name: string; points: readonly Point[] };
/** One curve or several with one scale; `unit` stands at its top. */
export type Panel = { title: string; unit: string; lines: readonly Line[] };

const MIB = 2 ** 20;

/** What the graph of a soak shows, from top to bottom. */
export function makePanels({ samples }: Pick<SoakResult, "samples">): Panel[] {
  const names = [...new Set(samples.flatMap(({ processes }) => processes.map(({ name }) => name)))].toSorted();
  const ofProcesses = (read: (process: ProcessSample) => number | null): Line[] =>
    names.map((name) => ({
      name,
      points: samples.flatMap(({ atS, processes }) => {
        const own = processes.find((process) => process.name === name);
        const value = own === undefined ? null : read(own);
        return value === null ? [] : [[atS, value] as const];
      }),
    }));
  const ofDatabase = (name: string, read: (database: DatabaseSample) => number): Line => ({
    name,
    points: samples.flatMap(({ atS, database }) => (database === null ? [] : [[atS, read(database)] as const])),
  });
  const clients = [...new Set(samples.flatMap(({ database }) => Object.keys(database?.connections ?? {})))].toSorted();
  const ofTables =
    (read: (table: DatabaseSample["tables"][number]) => number, isOfBots: boolean) => (db: DatabaseSample) =>
      db.tables.filter(({ name }) => OF_BOTS.has(name) === isOfBots).reduce((sum, table) => sum + read(table), 0);
  const mib = (table: DatabaseSample["tables"][number]) => (table.tableBytes + table.indexBytes) / MIB;
  return [
    {
      title: "Bots",
      unit: "",
      lines: [ofDatabase("hold a slot", ({ running }) => running), ofDatabase("wait", ({ waiting }) => waiting)],
    },
    { title: "Memory of each process", unit: "MiB", lines: ofProcesses(({ rssBytes }) => rssBytes / MIB) },
    {
      title: "Heap after a collection",
      unit: "MiB",
      lines: ofProcesses(({ heapAfterGcBytes }) => (heapAfterGcBytes === null ? null : heapAfterGcBytes / MIB)),
    },
    { title: "Event loop lag, 99th percentile", unit: "ms", lines: ofProcesses(({ lagP99Ms }) => lagP99Ms) },
    {
      title: "Connections to PostgreSQL",
      unit: "",
      lines: clients.map((name) => ofDatabase(name, ({ connections }) => connections[name] ?? 0)),
    },
    {
      title: "Size of tables and indexes",
      unit: "MiB",
      lines: [ofDatabase("of bots", ofTables(mib, true)), ofDatabase("all others", ofTables(mib, false))],
    },
    {
      title: "Rows of tables of bots",
      unit: "",
      lines: [
        ofDatabase(
          "alive",
          ofTables(({ rows }) => rows, true),
        ),
        ofDatabase(
          "dead",
          ofTables(({ deadRows }) => deadRows, true),
        ),
      ],
    },
    {
      title: "Rows of all other tables",
      unit: "",
      lines: [
        ofDatabase(
          "alive",
          ofTables(({ rows }) => rows, false),
        ),
      ],
    },
  ];
}
