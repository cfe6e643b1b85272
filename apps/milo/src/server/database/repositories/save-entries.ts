import type { Queryable } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import type { StoredState } from "./entry-state.ts";

/** Stores stage, bars and deadlines of WAITING entries that the caller has locked. A deadline only moves earlier. */
export async function saveStates(sql: Queryable, states: readonly StoredState[]): Promise<void> {
  if (states.length === 0) return;
  await sql`
    UPDATE deployment_queue q SET stage = s.stage,
      stage_ends_at = to_timestamp(s."stageEndsAtMs" / 1000),
      timeout_at = least(q.timeout_at, to_timestamp(s."timeoutAtMs" / 1000)),
      bars = s.bars, not_before = to_timestamp(s."notBeforeMs" / 1000), open_to = s."openTo",
      recheck_at = to_timestamp(s."recheckAtMs" / 1000)
    FROM jsonb_to_recordset(${sql.json(states as never)}) AS s(id int, stage text, "stageEndsAtMs" float8,
      "timeoutAtMs" float8, bars jsonb, "notBeforeMs" float8, "openTo" text[], "recheckAtMs" float8)
    WHERE q.id = s.id AND q.status = 'WAITING'`;
}

export type NewEvent = {
  botId: number;
  deploymentId?: number | null;
  status?: string | null;
  code: string;
  message: string;
};

/** Appends to the bots' stories. In the transaction of the change it tells of. */
export async function appendEvents(sql: Queryable, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const storable = events.map((event) => ({ ...event, message: storableText(event.message) }));
  await sql`
    INSERT INTO bot_events (bot_id, deployment_id, at, status, code, message)
    SELECT e."botId", e."deploymentId", milo_now(), e.status, e.code, e.message
    FROM jsonb_to_recordset(${sql.json(storable as never)}) AS e("botId" int, "deploymentId" int, status text, code text,
      message text)`;
}
