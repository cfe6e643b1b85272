import type { BotEvent, EventsReply } from "@milo/bot-contract";
import { type BotStatus, DEFAULT_REPLACE_POLICY, type ReplacePolicy } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { endClaimed } from "./end-deployment.ts";
import { type BotFate, finishBot, moveBot } from "./finish-bot.ts";
import { type LockedAttempt, type LockedBot, lockAttempt } from "./lock-attempt.ts";
import { isTakenAway, replaceTaken } from "./taken-away.ts";

/**
 * Records what a bot reports of itself, in order, and makes the changes of status that its own life allows. An
 * event that was recorded before changes nothing. A final report ends the bot at once, its slot only when the
 * container is gone. An attempt that is over records nothing and is told to leave; one that is unknown is not. A bot that
 * leaves because its platform takes its container away is lost, not done: by `policy` it is replaced when that container
 * is gone. `onFate` hears when its bot waits again or is final by it.
 */
export async function reportEvents(
  sql: Sql,
  report: { launchKey: string; bootId: string; events: readonly BotEvent[] },
  policy: ReplacePolicy = DEFAULT_REPLACE_POLICY,
  onFate: (fate: BotFate) => void = () => {},
): Promise<EventsReply> {
  const fates: BotFate[] = [];
  const reply = await sql.begin(async (tx): Promise<EventsReply> => {
    const [found] = await tx<{ id: number }[]>`SELECT id FROM deployments WHERE launch_key = ${report.launchKey}`;
    // A bot that our database has lost: see `isUnknownAttempt`. Its words are for nobody, and it may go once it has spoken.
    if (found === undefined) return { accepted: true, leave: false, status: "FATAL" };
    const locked = await lockAttempt(tx, found.id);
    if (locked === null) return { accepted: false, leave: true, status: "FATAL" };
    const [attempt] = await tx<{ current: boolean; finalReport: string | null }[]>`
      SELECT phase = 'RUNNING' AND boot_id = ${report.bootId} AS current, final_report AS "finalReport"
      FROM deployments WHERE id = ${found.id} FOR UPDATE`;
    if (attempt?.current !== true) {
      // The answer to a final report may have been lost: the bot that repeats it may go.
      const repeated = attempt?.finalReport != null && report.events.some((e) => e.status === attempt.finalReport);
      return { accepted: repeated, leave: true, status: locked.bot.status };
    }
    const bot = await takeEvents(tx, locked, report.events, policy, fates);
    return { accepted: true, leave: isToLeave(bot), status: bot.status };
  });
  for (const fate of fates) onFate(fate);
  return reply;
}

/** The bot as it is after what it says of itself. */
async function takeEvents(
  tx: Queryable,
  locked: LockedAttempt,
  events: readonly BotEvent[],
  policy: ReplacePolicy,
  fates: BotFate[],
): Promise<LockedBot> {
  const { deploymentId } = locked.attempt;
  let { bot } = locked;
  for (const reported of events) {
    const event = { ...reported, message: storableText(reported.message ?? sayReport(reported)) };
    const eventId = await recordEvent(tx, bot.id, deploymentId, event);
    // What it says once it is replaced is told in its story and changes nothing.
    if (eventId === null || bot.status === "QUEUED") continue;
    const taken = await isTakenAway(tx, bot, deploymentId, event);
    const fate = taken ? await replaceTaken(tx, { ...locked, bot }, policy) : null;
    const change = fate ?? (await applyStatus(tx, bot, { deploymentId, eventId }, event));
    if (change === null) continue;
    bot = { ...bot, status: change.to };
    if (isFate(change)) fates.push(change);
  }
  return bot;
}

function isFate(change: BotFate | { to: BotStatus }): change is BotFate {
  return "botId" in change;
}

function isToLeave({ status, stopRequested }: LockedBot): boolean {
  return status === "LEAVING" || status === "QUEUED" || stopRequested;
}

/** What a report says that comes without a sentence: its code, as words, and what the bot does from then on. */
function sayReport({ code, status }: BotEvent): string {
  const words = (text: string) => text.toLowerCase().replaceAll("_", " ");
  const isSaid = status === undefined || status === code || status === "DONE";
  const now = isSaid ? "" : ` (${words(status)})`;
  return `The bot says: ${words(code)}${now}`;
}

type Reported = { deploymentId: number; eventId: number };
type StorableEvent = BotEvent & { message: string };

/** The event's id; null when the bot had sent it before. */
async function recordEvent(
  tx: Queryable,
  botId: number,
  deploymentId: number,
  event: StorableEvent,
): Promise<number | null> {
  const [row] = await tx<{ id: string }[]>`
    INSERT INTO bot_events (bot_id, deployment_id, at, code, message, reported_id)
    VALUES (${botId}, ${deploymentId}, milo_now(), ${event.code}, ${event.message}, ${event.id})
    ON CONFLICT (deployment_id, reported_id) WHERE reported_id IS NOT NULL DO NOTHING RETURNING id`;
  return row === undefined ? null : Number(row.id);
}

/** Its new status, with what became of it when that is its last; null when it keeps the one it has. */
async function applyStatus(
  tx: Queryable,
  bot: LockedBot,
  told: Reported,
  event: StorableEvent,
): Promise<BotFate | { to: BotStatus } | null> {
  if (event.status === undefined || event.status === bot.status) return null;
  const change = { code: event.code, reason: event.message };
  if (event.status === "DONE" || event.status === "FATAL") {
    return finalReport(tx, bot, told, { ...change, status: event.status });
  }
  const moved = await moveBot(tx, bot.id, { ...change, status: event.status }, told);
  return moved ? { to: event.status } : null;
}

async function finalReport(
  tx: Queryable,
  bot: LockedBot,
  told: Reported,
  end: { status: "DONE" | "FATAL"; code: string; reason: string },
): Promise<BotFate> {
  // Done before it ever joined: a meeting that was over, or a stop that came first. It left, in milo's words.
  if (end.status === "DONE" && bot.status === "DEPLOYING") {
    await moveBot(tx, bot.id, { ...end, status: "LEAVING" }, { deploymentId: told.deploymentId });
  }
  await finishBot(tx, bot.id, end, told);
  await endClaimed(tx, told.deploymentId, {
    outcome: end.status === "DONE" ? "completed" : "failed",
    failureClass: end.status === "DONE" ? null : "bot",
    reason: end.reason,
  });
  await tx`UPDATE deployments SET final_report = ${end.status} WHERE id = ${told.deploymentId}`;
  return { botId: bot.id, to: end.status, why: `${end.code}: ${end.reason}` };
}
