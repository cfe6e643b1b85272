import { readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandLine, isRunning, readOrNull, signal, waitUntilGone } from "./processes.ts";

const FAST_STOP_TIMEOUT_MS = 10_000;
const HARD_STOP_TIMEOUT_MS = 5_000;

/**
 * Stops a postmaster that a killed host left behind in this cluster, and removes a pid file that names some other
 * process, which PostgreSQL itself would refuse to start over. Call only while owning the folder.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const pidFile = join(cluster, "postmaster.pid");
  const pid = Number.parseInt(readOrNull(pidFile)?.split("\n")[0] ?? "", 10);
  if (!Number.isInteger(pid)) return;
  if (!isRunning(pid) || !isPostmasterOf(pid, cluster)) {
    rmSync(pidFile, { force: true });
    return;
  }
  signal(pid, "SIGINT");
  if (await waitUntilGone(pid, FAST_STOP_TIMEOUT_MS)) return;
  signal(pid, "SIGQUIT");
  if (await waitUntilGone(pid, HARD_STOP_TIMEOUT_MS)) return;
  throw new Error(`A left-over database server (process ${pid}) in ${cluster} does not stop. End it by hand.`);
}

/** A postmaster's working folder is its data folder; where that cannot be seen its command line names it. */
function isPostmasterOf(pid: number, cluster: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    return commandLine(pid).includes(cluster);
  }
}
