import {
  advance,
  type DeploymentPlatform,
  PLATFORM_LABELS,
  type Stage,
  type StageMove,
  type StageState,
} from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { type EntryRow, type StoredState, toStageState, toStoredState } from "./entry-state.ts";
import { appendEvents, type NewEvent, saveStates } from "./save-entries.ts";
import { entryColumns, readNowMs } from "./time-columns.ts";

/**
 * Moves up to `most` waiting entries on whose stage, bar or back-off is over, in the queue's order: whoever is left for
 * later has no claim before those to a slot that is given meanwhile. Answers how many were looked at; as many as `most`
 * means that more may be due. Entries that another dispatcher holds are left to it. `onMoved` hears of each stage that was
 * passed, once that has committed.
 */
export async function advanceEntries(
  sql: Sql,
  most: number,
  onMoved: (move: { botId: number; from: Stage; to: Stage; message: string }) => void = () => {},
): Promise<number> {
  const moved: Parameters<typeof onMoved>[0][] = [];
  const looked = await sql.begin(async (tx) => {
    const unavailable = await readUnavailable(tx);
    const due = await tx<{ id: number }[]>`
      SELECT id FROM deployment_queue WHERE status = 'WAITING' AND recheck_at <= milo_now()
      ORDER BY priority DESC, queued_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED`;
    if (due.length === 0) return 0;
    const rows = await tx<EntryRow[]>`
      SELECT ${entryColumns(tx)} FROM deployment_queue q WHERE q.id = ANY(${due.map(({ id }) => id)}::int[]) ORDER BY q.id`;
    const nowMs = await readNowMs(tx);
    const events: NewEvent[] = [];
    const states = rows.map((row) => {
      const { state, moves } = advance(toStageState(row), unavailable, nowMs);
      for (const move of moves) {
        const event = tellMove(row.botId, move, unavailable);
        events.push(event);
        moved.push({ botId: row.botId, from: move.from, to: move.to, message: event.message });
      }
      return toStoredState(row.id, state, nowMs);
    });
    await saveStates(tx, states);
    await appendEvents(tx, events);
    return rows.length;
  });
  for (const move of moved) onMoved(move);
  return looked;
}

/**
 * What is stored of an entry that begins to wait: due at once where its stage's platform takes no bots, so that the next
 * pass moves it on, and tells so.
 */
export async function toWaitingState(
  sql: Queryable,
  entryId: number,
  state: StageState,
  nowMs: number,
): Promise<StoredState> {
  const stored = toStoredState(entryId, state, nowMs);
  const closed = state.stage !== "global" && (await readUnavailable(sql)).has(state.stage);
  return closed ? { ...stored, recheckAtMs: nowMs } : stored;
}

/** What a bot waits for in its stage, in words. */
export function describeWaiting(stage: Stage): string {
  return `waits for ${stageLabel(stage)}`;
}

/** Platforms that take no new bots just now, each with why, as the stage policy wants it. */
async function readUnavailable(sql: Queryable): Promise<Map<DeploymentPlatform, string>> {
  const rows = await sql<{ platform: DeploymentPlatform; why: string }[]>`
    SELECT platform, CASE WHEN mode = 'hold' THEN 'is on hold' WHEN mode = 'drain' THEN 'is being drained'
        ELSE 'is failing' END
      || coalesce(': ' || CASE WHEN mode = 'enabled' THEN breaker_reason ELSE mode_reason END, '') AS why
    FROM platforms WHERE mode <> 'enabled' OR breaker_state IN ('open', 'half_open')`;
  return new Map(rows.map((row) => [row.platform, row.why]));
}

function tellMove(botId: number, move: StageMove, unavailable: ReadonlyMap<string, string>): NewEvent {
  const from = stageLabel(move.from);
  const why =
    move.why === "platform_unavailable"
      ? `${from} ${unavailable.get(move.from) ?? "takes no new bots"}`
      : `No slot came free on ${from} in time`;
  const next = move.to === "global" ? "now waits for any platform" : `now also waits for ${stageLabel(move.to)}`;
  return { botId, code: "STAGE_PASSED", message: `${why}; ${next}` };
}

function stageLabel(stage: Stage): string {
  return stage === "global" ? "any platform" : PLATFORM_LABELS[stage];
}
