import { toMachineMs } from "../record/database-clock.ts";
import type { Records, Violation } from "../record/records.ts";
import { coveredMs } from "../record/spans.ts";

/** As milo says of an attempt that it waited for its claim in vain. */
const UNCLAIMED = "Its bot did not claim in time";
/** What milo cannot know of its own silence: a connection whose answers alone are lost, a stamp just made. */
const UNKNOWN_MS = 10_000;

/** No attempt was given up for want of a claim that could not have been heard. */
export function checkHeard({ attempts, shifts, noStamp }: Records): Violation[] {
  const found: Violation[] = [];
  for (const { launchKey, reason, reservedMs, startByMs, stoppingMs } of attempts) {
    if (reason !== UNCLAIMED || stoppingMs === null) continue;
    const unheardMs = coveredMs(noStamp, toMachineMs(shifts, reservedMs), toMachineMs(shifts, stoppingMs));
    const heardMs = stoppingMs - reservedMs - unheardMs;
    if (heardMs >= startByMs - reservedMs - UNKNOWN_MS) continue;
    const seconds = (heardMs / 1_000).toFixed(1);
    found.push({
      promise: 3,
      what: `${launchKey} was given up though its claim could be heard for ${seconds} s alone`,
    });
  }
  return found;
}
