import type { BotConfiguration, ClaimReply } from "@milo/bot-contract";
import type { DeploymentPhase, MeetingPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

type ClaimRow = {
  accepted: boolean;
  phase: DeploymentPhase;
  botId: number;
  botName: string;
  meetingPlatform: MeetingPlatform;
  meetingUrl: string;
  maxDurationMs: number;
  otherProcess: boolean;
};

export type ClaimResult =
  | { accepted: true; configuration: BotConfiguration }
  | Extract<ClaimReply, { accepted: false }>
  /** No such attempt: it was never made here, or was pruned. */
  | null;

/** A bot's first call: accepted once, for one process, while its attempt has not been given up. */
export async function claimAttempt(
  sql: Sql,
  claim: { launchKey: string; bootId: string; maxDurationMs: number },
): Promise<ClaimResult> {
  const [row] = await sql<ClaimRow[]>`
    SELECT accepted, phase, bot_id AS "botId", bot_name AS "botName", meeting_platform AS "meetingPlatform",
      meeting_url AS "meetingUrl", max_duration_ms AS "maxDurationMs", other_process AS "otherProcess"
    FROM milo_claim(${claim.launchKey}, ${claim.bootId}, ${claim.maxDurationMs})`;
  if (row === undefined) return null;
  if (row.accepted) {
    const { botId, botName, meetingPlatform, meetingUrl, maxDurationMs } = row;
    return { accepted: true, configuration: { botId, botName, meetingPlatform, meetingUrl, maxDurationMs } };
  }
  return row.otherProcess
    ? { accepted: false, code: "another_process", reason: "Another process has claimed this attempt." }
    : { accepted: false, code: "attempt_over", reason: `This attempt is ${row.phase.toLowerCase()}.` };
}
