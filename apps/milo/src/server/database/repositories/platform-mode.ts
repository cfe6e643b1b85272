import { type DeploymentPlatform, PLATFORM_LABELS, type PlatformMode, platformCan } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { moveBot } from "./finish-bot.ts";
import { lockAttempt } from "./lock-attempt.ts";
import { nudgeDispatchers } from "./notify.ts";
import { appendPlatformEvent } from "./platform-events.ts";
import { recheckPassedStages } from "./recheck-stages.ts";

const MODE_IN_WORDS: Record<PlatformMode, string> = {
  enabled: "takes bots",
  hold: "is on hold: no new bots",
  drain: "is drained: no new bots, and those that run are told to leave",
};

/**
 * An operator's word on a platform. Bots whose turn it is there move on at once; with `drain` the dispatchers tell those
 * that run there to leave, and any that claims later. Setting what holds already changes the reason alone. Answers
 * whether the mode is another than before.
 */
export async function setPlatformMode(
  sql: Sql,
  wish: { platform: DeploymentPlatform; mode: PlatformMode; reason?: string },
  onChanged: () => void = () => {},
): Promise<void> {
  const { platform, mode } = wish;
  const reason = wish.reason === undefined ? null : storableText(wish.reason);
  const changed = await sql.begin(async (tx) => {
    const [before] = await tx<{ mode: PlatformMode; modeReason: string | null }[]>`
      SELECT mode, mode_reason AS "modeReason" FROM platforms WHERE platform = ${platform} FOR NO KEY UPDATE`;
    if (before === undefined || !platformCan.setMode[mode](before, reason ?? undefined).can) return false;
    await tx`
      UPDATE platforms SET mode = ${mode}, mode_reason = ${reason},
        mode_since = CASE WHEN mode = ${mode} THEN mode_since ELSE milo_now() END
      WHERE platform = ${platform}`;
    const message = `${PLATFORM_LABELS[platform]} ${MODE_IN_WORDS[mode]}${reason === null ? "" : ` (${reason})`}`;
    await appendPlatformEvent(tx, platform, { code: `MODE_${mode.toUpperCase()}`, message });
    return before.mode !== mode;
  });
  if (changed) onChanged();
  await recheckPassedStages(sql);
  await nudgeDispatchers(sql);
}

/**
 * A claimed bot on a platform that is drained: told to leave by its next heartbeat, with a deadline after which the
 * platform stops it. Answers why; null when the platform is not drained any more or the bot has been told already.
 */
export function tellDrainedToLeave(sql: Sql, deploymentId: number, leaveByMs: number): Promise<string | null> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, deploymentId);
    if (locked === null) return null;
    const rows = await tx`
      UPDATE deployments d SET leave_by = milo_now() + make_interval(secs => ${leaveByMs / 1000}::float8)
      FROM platforms p
      WHERE d.id = ${deploymentId} AND d.phase = 'RUNNING' AND d.leave_by IS NULL
        AND p.platform = d.platform AND p.mode = 'drain' RETURNING d.id`;
    if (rows.length === 0) return null;
    const reason = `${PLATFORM_LABELS[locked.attempt.platform]} is being drained; told to leave`;
    await moveBot(tx, locked.bot.id, { status: "LEAVING", code: "PLATFORM_DRAINED", reason }, { deploymentId });
    return reason;
  });
}
