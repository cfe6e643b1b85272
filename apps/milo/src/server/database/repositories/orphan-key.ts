/** Is part of no launch key. */
const MARK = "~";

/**
 * What an orphan's row bears in place of a launch key, which belongs to the attempt alone: a living one may bear the
 * same. `found` tells a workload that was called gone, and came back, from its earlier row.
 */
export function orphanKey(orphan: { launchKey: string | null; identifier: string }, found: number): string {
  return [orphan.launchKey ?? "", orphan.identifier, ...(found > 1 ? [found] : [])].join(MARK);
}

/** The launch key that the workload itself bears, of an attempt's row or an orphan's; empty when it bears none. */
export function launchKeyOfWorkload(storedKey: string): string {
  return storedKey.split(MARK)[0] ?? "";
}
