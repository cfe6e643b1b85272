import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A holder names itself right after taking the lock, unless it dies between. */
const PID_WRITTEN_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 200;

/** Lets one process at a time do the work; a lock whose holder died is taken over. */
export async function withBuildLock<T>(folder: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(folder), { recursive: true });
  for (let waited = false; !takeLock(folder); waited = true) {
    if (!waited) onWait();
    await delay(LOOK_AGAIN_MS);
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function takeLock(folder: string): boolean {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (holderIsGone(folder)) rmSync(folder, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(folder, "pid"), String(process.pid));
  return true;
}

function holderIsGone(folder: string): boolean {
  const pidFile = join(folder, "pid");
  if (!existsSync(pidFile)) {
    const lock = statSync(folder, { throwIfNoEntry: false });
    return lock !== undefined && Date.now() - lock.mtimeMs > PID_WRITTEN_WITHIN_MS;
  }
  try {
    process.kill(Number(readFileSync(pidFile, "utf8")), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
