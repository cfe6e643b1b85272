import type { Sql } from "@milo/milo/server/database/client.ts";
import type { DeploymentPlatform } from "@milo/placement";
import type { BotEventFacts } from "./story-lines.ts";

export type ToldEvent = BotEventFacts & { id: number; at: Date; botId: number; name: string };

export type FreedSlot = {
  deploymentId: number;
  at: Date;
  botId: number;
  name: string;
  platform: DeploymentPlatform;
  slotNo: number | null;
  used: number;
  limit: number;
};

/** Numbers are given before a commit: an event may turn up after a few that bear later ones. */
const MAY_BE_LATE = 200;

/** Events that milo wrote down since, and a few before that, oldest first. */
export function readEvents(sql: Sql, newest: number): Promise<ToldEvent[]> {
  return sql<ToldEvent[]>`
    SELECT e.id::int AS id, e.at, e.bot_id AS "botId", e.status, e.code, e.message, b.name, b.priority,
      b.meeting_platform AS "meetingPlatform", coalesce(d.platform, b.deployment_platform) AS platform,
      d.slot_no AS "slotNo", p.bot_limit AS limit,
      (SELECT count(*)::int FROM deployments x WHERE x.platform = d.platform AND x.id <= d.id
        AND (x.ended_at IS NULL OR x.ended_at > e.at)) AS used
    FROM bot_events e JOIN bots b ON b.id = e.bot_id
    LEFT JOIN deployments d ON d.id = e.deployment_id LEFT JOIN platforms p ON p.platform = d.platform
    WHERE e.id > ${newest - MAY_BE_LATE} ORDER BY e.id`;
}

/** Slots that came free in the last seconds. */
export function readFreedSlots(sql: Sql): Promise<FreedSlot[]> {
  return sql<FreedSlot[]>`
    SELECT d.id AS "deploymentId", d.ended_at AS at, b.id AS "botId", b.name, d.platform, d.slot_no AS "slotNo",
      p.bot_limit AS limit,
      (SELECT count(*)::int FROM deployments x WHERE x.platform = d.platform AND x.reserved_at < d.ended_at
        AND (x.ended_at IS NULL OR x.ended_at > d.ended_at)) AS used
    FROM deployments d JOIN bots b ON b.id = d.bot_id JOIN platforms p ON p.platform = d.platform
    WHERE d.phase = 'ENDED' AND d.ended_at > now() - interval '15 seconds' ORDER BY d.ended_at`;
}
