import { deploymentCan, type HeldUp, type Verdict } from "@milo/placement";

type Attempt = Pick<HeldUp, "phase" | "holdsBot"> & { unreachableSince: Date | null };

/** Whether an operator may order another container for a bot whose container may still run. */
export function mayReplace(attempts: readonly Attempt[], stopRequestedAt: Date | null): Verdict {
  const current = attempts.findLast(({ phase, holdsBot }) => phase === "RUNNING" || (phase === "STOPPING" && holdsBot));
  const { phase, holdsBot, unreachableSince } = current ?? { phase: "ENDED", holdsBot: false, unreachableSince: null };
  return deploymentCan.replaceAnyway({
    phase,
    holdsBot,
    // One that is not waited for any more is silent as far as anybody here knows; the server compares the time.
    isSilent: unreachableSince !== null || holdsBot,
    isStopRequested: stopRequestedAt !== null,
  });
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
    ...(bot.deduplicationKey !== null &&
      !bot.deduplicationKey.startsWith("milo:") && { deduplicationKey: bot.deduplicationKey }),
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
