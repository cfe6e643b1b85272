import type { BotConfiguration, ClaimReply } from "@milo/bot-contract";
import type { DeploymentPhase, DeploymentPlatform, MeetingPlatform } from "@milo/placement";
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
  platform: DeploymentPlatform | null;
  /** Since its slot was given; null when it had been claimed before this statement. */
  afterSeconds: number | null;
};

export type ClaimResult =
  | { accepted: true; configuration: BotConfiguration }
  | (Extract<ClaimReply, { accepted: false }> & { platform: DeploymentPlatform | undefined })
  /** No such attempt: it was never made here, or was pruned. */
  | null;

/**
 * A bot's first call: accepted once, for one process, while its attempt has not been given up. `onFirst` hears of the
 * first acceptance: where the attempt is joined, it is seen as it was before this statement.
 */
export async function claimAttempt(
  sql: Sql,
  claim: { launchKey: string; bootId: string; maxDurationMs: number },
  onFirst: (platform: DeploymentPlatform, afterSeconds: number) => void = () => {},
): Promise<ClaimResult> {
  const [row] = await sql<ClaimRow[]>`
    SELECT d.platform, CASE WHEN d.claimed_at IS NULL
        THEN greatest(0, date_part('epoch', milo_now() - d.reserved_at)) END AS "afterSeconds", c.*
    FROM (SELECT accepted, phase, bot_id AS "botId", bot_name AS "botName", meeting_platform AS "meetingPlatform",
      meeting_url AS "meetingUrl", max_duration_ms AS "maxDurationMs", other_process AS "otherProcess"
      FROM milo_claim(${claim.launchKey}, ${claim.bootId}, ${claim.maxDurationMs})) c
      LEFT JOIN deployments d ON d.launch_key = ${claim.launchKey}`;
  if (row === undefined) return null;
  if (row.accepted) {
    if (row.platform !== null && row.afterSeconds !== null) onFirst(row.platform, row.afterSeconds);
    const { botId, botName, meetingPlatform, meetingUrl, maxDurationMs } = row;
    return { accepted: true, configuration: { botId, botName, meetingPlatform, meetingUrl, maxDurationMs } };
  }
  const refused = { accepted: false, platform: row.platform ?? undefined } as const;
  return row.otherProcess
    ? { ...refused, code: "another_process", reason: "Another process has claimed this attempt." }
    : { ...refused, code: "attempt_over", reason: `This attempt is ${row.phase.toLowerCase()}.` };
}
