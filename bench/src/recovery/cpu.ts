import { readdirSync, readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever its kernel was built with. */
const TICK_MS = 10;
/** Places in /proc/<pid>/stat, counted from the state letter that follows the name. */
const [PARENT, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM] = [1, 11, 12, 13, 14];

/** Processor time of these processes and of the children that they have waited for. Linux only. */
export function cpuMsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFields(pid);
    const ticks = [USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM].map((place) => Number(fields[place] ?? 0));
    return sum + ticks.reduce((total, tick) => total + tick, 0) * TICK_MS;
  }, 0);
}

/** A process and its children that live now. */
export function withChildren(pid: number): number[] {
  const children = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && Number(readFields(name)[PARENT]) === pid,
  );
  return [pid, ...children.map(Number)];
}

function readFields(pid: number | string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return []; // It ended while it was looked at.
  }
}
