import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, isRunning, readOrNull } from "./processes.ts";

/** Who owns a data folder: one host process at a time. */
interface Owner {
  pid: number;
  state: "running" | "stopping";
}

// An owner whose starter was killed needs a moment to notice; one that is stopping needs as long as a shutdown may take.
const NOTICE_TIMEOUT_MS = 1_000;
const STOPPING_TIMEOUT_MS = 20_000;

/** Words that every host's command line carries, to tell it from an unrelated process with a reused pid. */
export const HOST_MARK = "milo-postgres-host";

/**
 * Takes the folder for this process. Waits for an owner that is on its way out; throws a sentence when another
 * one stays alive.
 */
export async function takeOwnership(path: string, dataDir: string): Promise<void> {
  const startMs = performance.now();
  while (!tryToTake(path)) {
    const owner = readOwner(path);
    if (owner === null) continue;
    const patienceMs = owner.state === "stopping" ? STOPPING_TIMEOUT_MS : NOTICE_TIMEOUT_MS;
    if (performance.now() - startMs > patienceMs) throw new Error(refusal(dataDir, owner.pid));
    await sleep(50);
  }
}

function refusal(dataDir: string, pid: number): string {
  return (
    `The database in ${dataDir} is already in use by process ${pid}. ` +
    "Stop the other milo that runs from this folder, or choose another data folder."
  );
}

/**
 * Says that this owner is shutting down, so that a successor waits instead of refusing. A folder that was deleted
 * meanwhile has no successor and must not keep the database from stopping.
 */
export function markStopping(path: string): void {
  const next = `${path}.${process.pid}`;
  try {
    writeFileSync(next, ownerText("stopping"));
    renameSync(next, path);
  } catch (error) {
    console.error(`Cannot note in ${path} that the database is stopping:`, error);
  }
}

export function giveUpOwnership(path: string): void {
  if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
}

function ownerText(state: Owner["state"]): string {
  return `${JSON.stringify({ pid: process.pid, state } satisfies Owner)}\n`;
}

function tryToTake(path: string): boolean {
  const found = readOrNull(path);
  if (found !== null) {
    if (isLiveOwner(parseOwner(found))) return false;
    if (!removeStale(path, found)) return false;
  }
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, ownerText("running"));
  try {
    linkSync(mine, path); // Unlike a rename this fails when somebody else was faster, and the file is never half-written.
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes exactly the dead owner's file that was read; if another host replaced it meanwhile, puts that back. */
function removeStale(path: string, found: string): boolean {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
  const same = readOrNull(aside) === found;
  if (!same) linkSync(aside, path);
  rmSync(aside, { force: true });
  return same;
}

function readOwner(path: string): Owner | null {
  const text = readOrNull(path);
  return text === null ? null : parseOwner(text);
}

function parseOwner(text: string): Owner | null {
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : null;
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  return typeof value === "object" && value !== null && "pid" in value && typeof value.pid === "number";
}

function isLiveOwner(owner: Owner | null): boolean {
  return owner !== null && isRunning(owner.pid) && commandLine(owner.pid).includes(HOST_MARK);
}
