import { DEPLOYMENT_PHASES, isFinalBotStatus } from "@milo/placement";
import type { Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** What one step may never change: final statuses, passed phases, fences, identifiers, deadlines. */
export function checkChanges(before: Snapshot, after: Snapshot): Violation[] {
  return [...checkBots(before, after), ...checkDeployments(before, after), ...checkEntries(before, after)];
}

function checkBots(before: Snapshot, after: Snapshot): Violation[] {
  const found: Violation[] = [];
  for (const bot of after.bots.values()) {
    const was = before.bots.get(bot.id);
    if (was === undefined || was.status === bot.status || !isFinalBotStatus(was.status)) continue;
    found.push({ promise: 3, what: `Bot ${bot.id} was ${was.status}, for good, and is ${bot.status}`, botId: bot.id });
  }
  for (const bot of before.bots.values()) {
    if (after.bots.has(bot.id) || isFinalBotStatus(bot.status)) continue;
    found.push({ promise: 3, what: `Bot ${bot.id} is gone while it was ${bot.status}`, botId: bot.id });
  }
  return found;
}

function checkDeployments(before: Snapshot, after: Snapshot): Violation[] {
  const found: Violation[] = [];
  for (const now of after.deployments.values()) {
    const was = before.deployments.get(now.id);
    if (was === undefined) continue;
    const report = (promise: Violation["promise"], what: string) =>
      found.push({ promise, what: `${now.launchKey}: ${what}`, botId: now.botId });
    if (DEPLOYMENT_PHASES.indexOf(now.phase) < DEPLOYMENT_PHASES.indexOf(was.phase)) {
      report(2, `went back from ${was.phase} to ${now.phase}: what was given up is accepted again`);
    }
    if (now.fence < was.fence) report(2, `its fence fell from ${was.fence} to ${now.fence}`);
    if (was.identifier !== null && now.identifier !== was.identifier) {
      report(4, `its identifier changed from ${was.identifier} to ${now.identifier}`);
    }
    if (was.bootId !== null && now.bootId !== was.bootId) {
      report(2, `is bound to ${now.bootId} after having been bound to ${was.bootId}`);
    }
    if (was.leaveByMs !== null && now.leaveByMs !== was.leaveByMs) report(3, "its deadline to leave moved");
    if (now.startByMs !== was.startByMs) report(3, "its deadline to start moved");
  }
  return found;
}

/** To the microsecond that the database keeps: a deadline that is written back unchanged has not moved. */
const ROUNDING_MS = 0.01;

function checkEntries(before: Snapshot, after: Snapshot): Violation[] {
  const found: Violation[] = [];
  for (const now of after.entries.values()) {
    const was = before.entries.get(now.id);
    if (was === undefined) continue;
    const report = (what: string) => found.push({ promise: 3, what: `Entry ${now.id}: ${what}`, botId: now.botId });
    if (now.timeoutMs > was.timeoutMs + ROUNDING_MS) report("its deadline moved later");
    if (now.queuedMs !== was.queuedMs) report("lost its place in the queue");
    const wasOver = was.status !== "WAITING" && was.status !== "PROCESSING";
    if (wasOver && now.status !== was.status) report(`was ${was.status}, for good, and is ${now.status}`);
  }
  return found;
}
