import type { DeploymentPlatform, MeetingPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { errorCode } from "#server/database/retry.ts";

/** A slot given to a bot, leased to the dispatcher that asked. */
export type Admitted = {
  deploymentId: number;
  botId: number;
  attempt: number;
  launchKey: string;
  fence: number;
  meetingPlatform: MeetingPlatform;
  /** The bot's own maximum, in milliseconds; null = the installation's. */
  maxDurationMs: number | null;
};

export type AdmitRequest = {
  platform: DeploymentPlatform;
  dispatcherId: string;
  leaseMs: number;
  startByMs: number;
  /** Most bots to admit in this call: bounds the time the platform is locked. */
  most: number;
};

/**
 * Gives free slots of one platform to the first waiting bots that may use it, in one transaction. Throws 55P03
 * when another admission holds the platform for too long: skip this turn. `onSlotClash` hears of a violated slot
 * index, which only a code path that forgot the lock could cause; the admission then goes on without slot numbers.
 */
export async function admit(sql: Sql, request: AdmitRequest, onSlotClash: () => void): Promise<Admitted[]> {
  try {
    return await callAdmit(sql, request, true);
  } catch (error) {
    if (errorCode(error) !== "23505") throw error;
    onSlotClash();
    return callAdmit(sql, request, false);
  }
}

function callAdmit(sql: Sql, request: AdmitRequest, numberSlots: boolean): Promise<Admitted[]> {
  return sql<Admitted[]>`
    SELECT deployment_id AS "deploymentId", bot_id AS "botId", attempt, launch_key AS "launchKey", fence,
      meeting_platform AS "meetingPlatform", max_duration_ms AS "maxDurationMs"
    FROM milo_admit(${request.platform}, ${request.dispatcherId}, ${request.leaseMs}, ${request.startByMs},
      ${request.most}, ${numberSlots})`;
}
