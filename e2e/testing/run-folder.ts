import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the folder in which a run keeps its databases, and removes those of runs that were killed. */
export function makeRunFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^milo-e2e-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) removeIfOurs(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), `milo-e2e-${process.pid}-`));
  chmodSync(folder, 0o711); // Root runs databases as another user, who must be able to pass through.
  return folder;
}

function removeIfOurs(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's run left it.
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // It is another user's.
  }
}
