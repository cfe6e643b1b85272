import type { Records, Violation } from "../record/records.ts";

/** Each slot was given where nothing spoke against it: neither its platform nor its bot's own wait. */
export function checkAdmitted({ slots, shifts }: Records): Violation[] {
  const found: Violation[] = [];
  const trials = new Map<string, number>();
  for (const { platform, launchKey, botId, closed, trial, pastWaitMs, takenMs } of slots) {
    if (botId === null) continue; // Found there, not given.
    if (closed !== null) found.push({ promise: 1, what: `${platform} was given ${launchKey} while ${closed}` });
    if (pastWaitMs !== null && pastWaitMs >= 0) {
      found.push({ promise: 3, what: `${launchKey} was given a slot ${pastWaitMs.toFixed(0)} ms past its wait` });
    }
    if (trial === null) continue;
    const key = `${platform} ${trial}`;
    const firstMs = trials.get(key);
    trials.set(key, takenMs);
    // After a jump back the first trial seems to be older than the breaker's state.
    const jumped = shifts.some(({ atMs }) => firstMs !== undefined && atMs >= firstMs && atMs <= takenMs);
    if (firstMs === undefined || jumped) continue;
    found.push({ promise: 1, what: `${platform} was given ${launchKey} while another was the trial of its breaker` });
  }
  return found;
}
