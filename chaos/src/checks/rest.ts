import { isDeepStrictEqual } from "node:util";
import type { Records, Violation } from "../record/records.ts";

/** Once all is at rest: nothing runs, holds a slot or waits; no table has grown; the console shows what there is. */
export function checkRest({ runs, left, attempts, entries, tables, shown }: Records): Violation[] {
  const found: Violation[] = [];
  for (const { platform, workload, launchKey, endMs } of runs) {
    if (endMs === null) found.push({ promise: 4, what: `${workload} (${launchKey}) still runs on ${platform}` });
  }
  for (const { platform, name } of left) {
    found.push({ promise: 4, what: `${name} is left on ${platform}` });
  }
  for (const { launchKey, phase, platform } of attempts) {
    if (phase !== "ENDED") found.push({ promise: 4, what: `${launchKey} still holds a slot on ${platform}: ${phase}` });
  }
  for (const { id, botId, status } of entries) {
    if (status !== "WAITING" && status !== "PROCESSING") continue;
    found.push({ promise: 4, what: `Entry ${id} of bot ${botId} is still ${status}` });
  }
  for (const { name, rows, most } of tables) {
    if (rows > most) found.push({ promise: 4, what: `Table ${name} has ${rows} rows, more than ${most}` });
  }
  for (const { what, api, database } of shown) {
    if (isDeepStrictEqual(api, database)) continue;
    const sentence = `The API shows ${JSON.stringify(api)} and the database ${JSON.stringify(database)}: ${what}`;
    found.push({ promise: 5, what: sentence });
  }
  return found;
}
