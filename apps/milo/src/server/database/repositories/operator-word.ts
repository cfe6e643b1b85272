import {
  type DeploymentPhase,
  type DeploymentPlatform,
  deploymentCan,
  formatDuration,
  nameBot,
  PLATFORM_LABELS,
  type ReplacePolicy,
} from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { confirmGone } from "./end-deployment.ts";
import type { BotFate } from "./finish-bot.ts";
import { type LockedAttempt, lockAttempt } from "./lock-attempt.ts";
import { considerReplacement, loseClaimed } from "./lose-claimed.ts";
import { appendPlatformEvent } from "./platform-events.ts";
import { appendEvents } from "./save-entries.ts";

/** `why` in words, for the operator. */
export type Refused = { kind: "not_found" } | { kind: "refused"; why: string };

type Attempt = {
  deploymentId: number;
  platform: DeploymentPlatform;
  attempt: number;
  launchKey: string;
  phase: DeploymentPhase;
  holdsBot: boolean;
  botId: number | null;
  /** For how long nothing was heard of it, or of its launcher where it never spoke, in milliseconds. */
  quietMs: number;
};

/** What an operator's word did. `fate`: what became of its bot; null when nothing did. */
type Done = { deploymentId: number; platform: DeploymentPlatform; launchKey: string; fate: BotFate | null };

export type Confirmed = { kind: "confirmed"; botId: number | null } & Done;

/**
 * An operator's word that a container is gone, as good as the platform's: the slot is free, and a bot that was claimed is
 * replaced by policy or final. Refused before the claim, and while there is a sign of life younger than `staleMs`.
 */
export function confirmGoneByOperator(
  sql: Sql,
  word: { deploymentId: number; reason: string; staleMs: number; policy: ReplacePolicy },
): Promise<Confirmed | Refused> {
  return sql.begin(async (tx): Promise<Confirmed | Refused> => {
    const locked = await lockAttempt(tx, word.deploymentId);
    const attempt = await lockRow(tx, word.deploymentId);
    if (attempt === null) return { kind: "not_found" };
    const why = refuseByPhase(attempt) ?? refuseAlive(attempt, word.staleMs);
    if (why !== null) return { kind: "refused", why };
    const { deploymentId, botId, platform, launchKey } = attempt;
    let fate: BotFate | null = null;
    if (attempt.phase === "RUNNING" && locked !== null) {
      const reason = `An operator says that its container is gone: ${word.reason}`;
      const loss = { deploymentId, infrastructure: true, reason, holdsBot: false };
      fate = await loseClaimed(tx, locked, loss, word.policy);
    }
    await confirmGone(tx, deploymentId);
    await audit(tx, attempt, "CONFIRMED_GONE", `was confirmed to be gone by an operator: ${word.reason}`);
    return { kind: "confirmed", deploymentId, botId, platform, launchKey, fate };
  });
}

export type ReplacedAnyway = { kind: "replaced" } & Done;

/**
 * Replaces a claimed bot of which nothing is heard, though nothing proves that its container has ended: two may then be
 * in the call. Or has a bot that waits for its last container to be gone wait for that no more.
 */
export function replaceAnyway(
  sql: Sql,
  order: { botId: number; reason: string; staleMs: number },
): Promise<ReplacedAnyway | Refused> {
  return sql.begin(async (tx): Promise<ReplacedAnyway | Refused> => {
    const current = await findCurrent(tx, order.botId);
    const locked = current === null ? null : await lockAttempt(tx, current);
    const attempt = current === null ? null : await lockRow(tx, current);
    if (locked === null || attempt === null) return refuseWithoutContainer(tx, order.botId);
    const { deploymentId, platform, launchKey } = attempt;
    let fate: BotFate | null = null;
    const isRunning = attempt.phase === "RUNNING";
    if (!isRunning && !attempt.holdsBot) return refuseWithoutContainer(tx, order.botId);
    const isSilent = attempt.quietMs >= order.staleMs;
    const verdict = deploymentCan.replaceAnyway({ ...attempt, isSilent, isStopRequested: locked.bot.stopRequested });
    const why =
      refuseAlive(attempt, order.staleMs) ??
      inSentence(verdict.reason) ??
      (isRunning ? await refuseReplacement(tx, locked) : null);
    if (why !== null) return { kind: "refused", why };
    if (isRunning) {
      const reason = `Replaced on request, though nothing proves that its container has ended: ${order.reason}`;
      const loss = { deploymentId, infrastructure: true, reason, holdsBot: false };
      fate = await loseClaimed(tx, locked, loss, "operator");
    } else {
      await tx`UPDATE deployments SET holds_bot = false WHERE id = ${deploymentId}`;
      await tx`SELECT pg_notify('milo_queue', '')`;
    }
    await audit(tx, attempt, "REPLACED_ANYWAY", `is not waited for any more, by an operator's order: ${order.reason}`);
    return { kind: "replaced", deploymentId, platform, launchKey, fate };
  });
}

async function findCurrent(tx: Queryable, botId: number): Promise<number | null> {
  const [row] = await tx<{ id: number }[]>`
    SELECT id FROM deployments WHERE bot_id = ${botId} AND (phase = 'RUNNING' OR (phase = 'STOPPING' AND holds_bot))
    ORDER BY attempt DESC LIMIT 1`;
  return row?.id ?? null;
}

/** After entry and bot, in the one order of locks. */
async function lockRow(tx: Queryable, deploymentId: number): Promise<Attempt | null> {
  const [row] = await tx<Attempt[]>`
    SELECT d.id AS "deploymentId", d.platform, d.attempt, d.launch_key AS "launchKey", d.phase, d.holds_bot AS "holdsBot", d.bot_id AS "botId",
      CASE WHEN d.final_report IS NOT NULL THEN 'Infinity'
        ELSE extract(epoch FROM milo_heard_since(coalesce((SELECT h.at FROM heartbeats h WHERE h.deployment_id = d.id),
          d.claimed_at, d.stopping_at))) * 1000 END::float8 AS "quietMs"
    FROM deployments d WHERE d.id = ${deploymentId} FOR UPDATE OF d`;
  return row ?? null;
}

function refuseByPhase({ phase }: Attempt): string | null {
  return inSentence(deploymentCan.confirmGone(phase).reason);
}

/** A reason as it stands after a colon. */
function inSentence(reason: string | null): string | null {
  return reason === null ? null : reason.charAt(0).toLowerCase() + reason.slice(1);
}

function refuseAlive(attempt: Attempt, staleMs: number): string | null {
  if (attempt.quietMs >= staleMs) return null;
  return `there was a sign of life ${formatDuration(attempt.quietMs)} ago; ask again when nothing was heard for ${formatDuration(staleMs)}`;
}

async function refuseReplacement(tx: Queryable, locked: LockedAttempt): Promise<string | null> {
  const { deploymentId } = locked.attempt;
  const considered = await considerReplacement(tx, locked, { deploymentId, infrastructure: true }, "operator");
  return considered === null ? "it has no container in its call any more" : considered.why;
}

async function refuseWithoutContainer(tx: Queryable, botId: number): Promise<Refused> {
  const [bot] = await tx<{ status: string }[]>`SELECT status FROM bots WHERE id = ${botId}`;
  if (bot === undefined) return { kind: "not_found" };
  return { kind: "refused", why: `it is ${bot.status} and no container of it holds it up` };
}

async function audit(tx: Queryable, attempt: Attempt, code: string, what: string): Promise<void> {
  const { platform, deploymentId, botId } = attempt;
  const name = `${PLATFORM_LABELS[platform]}, attempt ${attempt.attempt}`;
  if (botId !== null) await appendEvents(tx, [{ botId, deploymentId, code, message: `${name} ${what}` }]);
  const whose = botId === null ? `deployment ${deploymentId}` : nameBot(botId, "within");
  await appendPlatformEvent(tx, platform, { code, message: `${name} of ${whose} ${what}` });
}
