import { type BotStatus, isFinalBotStatus, type Verdict } from "@milo/placement";

type Attempt = { unreachableSince: Date | null; holdsBot: boolean; phase: string };

/**
 * Whether an operator may order another container for a bot whose container may still run. The server asks the same, and
 * for how long nothing was heard besides.
 */
export function mayReplace(status: BotStatus, attempts: readonly Attempt[], stopRequestedAt: Date | null): Verdict {
  if (isFinalBotStatus(status)) return no("It has ended already");
  if (stopRequestedAt !== null) return no("Its stop was asked for already");
  const isSilent = attempts.some((one) => one.phase !== "ENDED" && (one.unreachableSince !== null || one.holdsBot));
  return isSilent
    ? { can: true, reason: null }
    : no("It can be reached: only a bot that cannot is replaced on request");
}

function no(reason: string): Verdict {
  return { can: false, reason };
}

type Asked = {
  name: string;
  meetingPlatform: string;
  /** Its query is hidden. */
  meetingUrl: string;
  priority: number;
  deduplicationKey: string | null;
};

/** What stands where the meeting's address was cut off. */
const HIDDEN_QUERY = "?(hidden)";
const TO_FILL_IN = "?<the rest of the meeting’s address>";

/** The call that asks for such a bot, for a shell. Token and the meeting's password are left to be filled in. */
export function writeApiCall(origin: string, bot: Asked): string {
  const input = {
    meetingPlatform: bot.meetingPlatform,
    meetingUrl: bot.meetingUrl.replace(HIDDEN_QUERY, TO_FILL_IN),
    name: bot.name,
    priority: bot.priority,
    ...(bot.deduplicationKey !== null && { deduplicationKey: bot.deduplicationKey }),
  };
  return [
    `curl -s ${quote(`${origin}/api/trpc/bots.create`)}`,
    `-H "authorization: Bearer $MILO_ACCESS_TOKEN"`,
    `-H 'content-type: application/json'`,
    `-d ${quote(JSON.stringify({ json: input }))}`,
  ].join(" \\\n  ");
}

/** As a shell takes it for one word, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
