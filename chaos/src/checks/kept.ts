import type { Records, Violation } from "../record/records.ts";

/** No slot came back while the platform had, by its own record, what was to run or ran in it. */
export function checkKept({ runs, slots }: Records): Violation[] {
  const found: Violation[] = [];
  for (const { launchKey, platform, freedMs } of slots) {
    if (freedMs === null) continue;
    // What a frozen process sent later than that is no slot's; see checkRunning.
    const run = runs.find(
      (one) => one.launchKey === launchKey && one.createdMs < freedMs && (one.endMs === null || one.endMs > freedMs),
    );
    if (run === undefined) continue;
    const when = run.startMs > freedMs ? `started ${run.startMs - freedMs} ms later` : "still ran";
    found.push({
      promise: 4,
      what: `The slot of ${launchKey} on ${platform} was given away, and its container ${when}`,
    });
  }
  return found;
}
