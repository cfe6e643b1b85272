import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../scripts/start/paths.ts";

/** What is worth keeping between runs: the bundled bot and compiled code. */
export const CACHE = join(ROOT, ".data", "demo");

/** Compiled code of everything the demo starts. */
export const COMPILE_CACHE = join(CACHE, "compiled");

/** Where one run keeps its database and its logs. */
export type RunFolder = {
  database: string;
  logs: string;
  kubeconfig: string;
  logFile(name: string): string;
  /** Removes it; the logs stay when they may be needed. */
  remove(keepLogs: boolean): void;
};

export function makeRunFolder(): RunFolder {
  const folder = mkdtempSync(join(tmpdir(), "milo-demo-"));
  chmodSync(folder, 0o711); // Root runs the database as another user, who must be able to pass through.
  const database = join(folder, "database");
  const logs = join(folder, "logs");
  const kubeconfig = join(folder, "kubeconfig.yaml");
  mkdirSync(database, { mode: 0o755 });
  mkdirSync(logs);
  return {
    database,
    logs,
    kubeconfig,
    logFile: (name) => join(logs, `${name}.log`),
    remove: (keepLogs) => {
      for (const path of keepLogs ? [database, kubeconfig] : [folder]) rmSync(path, { recursive: true, force: true });
    },
  };
}
