import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { MILO } from "../../../scripts/start/paths.ts";

/** Where one run keeps what it needs. */
export type Places = {
  /** The run's own name. */
  run: string;
  folder: string;
  database: string;
  logFile(name: string): string;
  /** Whose text is how far the wall clock of a process is off, in milliseconds. */
  clockFile(name: string): string;
  /** Where a process writes what it measures of itself. */
  gaugeFile(name: string): string;
  setClock(name: string, shiftMs: number): void;
  remove(keepLogs: boolean): void;
};

export function makePlaces(): Places {
  const folder = mkdtempSync(join(tmpdir(), "milo-chaos-"));
  chmodSync(folder, 0o711); // Root runs the database as another user, who must be able to pass through.
  const run = basename(folder).slice("milo-chaos-".length);
  const database = join(folder, "database");
  const logs = join(folder, "logs");
  mkdirSync(database, { mode: 0o755 });
  mkdirSync(logs);
  const clockFile = (name: string) => join(folder, `${name}.clock`);
  return {
    run,
    folder,
    database,
    logFile: (name) => join(logs, `${name}.log`),
    clockFile,
    gaugeFile: (name) => join(folder, `${name}.gauge.json`),
    setClock: (name, shiftMs) => writeFileSync(clockFile(name), String(shiftMs)),
    remove: (keepLogs) => {
      rmSync(join(MILO, "dist", `chaos-${run}`), { recursive: true, force: true });
      rmSync(keepLogs ? database : folder, { recursive: true, force: true });
    },
  };
}
