import { isFinalBotStatus, isLive } from "@milo/placement";
import type { BotRow, DeploymentRow, EntryRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** Everything of one bot. */
type Whole = { bot: BotRow; open: EntryRow[]; live: DeploymentRow[] };

/**
 * Which statuses of bot, entry and attempt may stand together, and that whatever is not final has a deadline: a
 * bot without one, or whose rows disagree, is a bot that nobody would ever end.
 */
export function checkStatuses(snapshot: Snapshot): Violation[] {
  const wholes = new Map<number, Whole>();
  for (const bot of snapshot.bots.values()) wholes.set(bot.id, { bot, open: [], live: [] });
  for (const entry of snapshot.entries.values()) {
    if (entry.status === "WAITING" || entry.status === "PROCESSING") wholes.get(entry.botId)?.open.push(entry);
  }
  for (const deployment of snapshot.deployments.values()) {
    if (isLive(deployment.phase)) wholes.get(deployment.botId ?? 0)?.live.push(deployment);
  }
  return [...wholes.values()].flatMap(checkWhole);
}

function checkWhole({ bot, open, live }: Whole): Violation[] {
  const found: Violation[] = [];
  const report = (promise: Violation["promise"], what: string) => found.push({ promise, what, botId: bot.id });
  const [entry] = open;
  const [deployment] = live;
  const shown = `${bot.status}, entry ${entry?.status ?? "closed"}, attempt ${deployment?.phase ?? "none live"}`;
  if (live.length > 1) report(2, `Two attempts of bot ${bot.id} could claim at once: ${shown}`);
  if (open.length > 1) report(3, `Bot ${bot.id} waits twice`);
  if (deployment !== undefined && (entry?.status === "WAITING" || bot.status === "QUEUED")) {
    report(2, `Bot ${bot.id} is offered to the platforms while its last attempt may still claim: ${shown}`);
  } else if (!isAllowed(bot, entry, deployment)) {
    report(3, `Bot ${bot.id} is in a state that nothing leads out of: ${shown}`);
  }
  if (deployment?.phase === "RUNNING" && deployment.runUntilMs === null) report(3, `Bot ${bot.id} runs without an end`);
  if (bot.status === "LEAVING" && bot.stopRequested && deployment?.leaveByMs === null) {
    report(3, `Bot ${bot.id} was told to leave without a deadline`);
  }
  if (isFinalBotStatus(bot.status) && !(bot.code && bot.reason)) {
    report(5, `Bot ${bot.id} ended ${bot.status} without ${bot.code ? "a sentence" : "a code"}`);
  }
  return found;
}

function isAllowed(bot: BotRow, entry: EntryRow | undefined, deployment: DeploymentRow | undefined): boolean {
  const claimed = deployment?.phase === "RUNNING";
  switch (bot.status) {
    case "SCHEDULED":
      return entry === undefined && deployment === undefined;
    case "QUEUED":
      return entry?.status === "WAITING" && deployment === undefined;
    case "DEPLOYING":
      if (deployment === undefined) return false;
      return claimed ? entry === undefined : entry?.status === "PROCESSING";
    case "JOINING_CALL":
    case "IN_WAITING_ROOM":
    case "IN_CALL":
    case "LEAVING":
    case "CALL_ENDED":
      return claimed && entry === undefined;
    case "DONE":
    case "FATAL":
    case "CANCELLED":
      return entry === undefined && deployment === undefined;
  }
}
