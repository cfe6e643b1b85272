import type { DeploymentPlatform } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";

/** PostgreSQL refuses payloads of 8,000 bytes or more. */
const MOST_PAYLOAD_BYTES = 7_900;

/** An attempt that its platform has accepted, as waiting callers are told of it. */
export type StartedNotice = { botId: number; platform: DeploymentPlatform; identifier: string };

/*
 * Hints, sent after the commit they tell of: every transaction that notifies takes a lock of the whole server until
 * its commit is on disk, so a notice inside of a write would make all commits queue up one by one.
 */

/** Wakes the dispatchers. */
export async function nudgeDispatchers(sql: Queryable): Promise<void> {
  await sql`SELECT pg_notify('milo_queue', '')`;
}

/** What a `milo_queue` says when somebody waits to hear of the passes that follow it. */
const TELL_PASSES = "tell";

/** Wakes the dispatchers, and has them announce their next passes whatever else they see. */
export async function askForPasses(sql: Queryable): Promise<void> {
  await sql`SELECT pg_notify('milo_queue', ${TELL_PASSES})`;
}

export function asksForPasses(payload: string): boolean {
  return payload === TELL_PASSES;
}

/** Tells waiting callers which bots have started; as a bare "look again" when it does not fit. */
export async function tellStarted(sql: Queryable, started: readonly StartedNotice[]): Promise<void> {
  if (started.length === 0) return;
  const payload = JSON.stringify(started.map(({ botId, platform, identifier }) => [botId, platform, identifier]));
  const fits = Buffer.byteLength(payload) <= MOST_PAYLOAD_BYTES;
  await sql`SELECT pg_notify('milo_decided', ${fits ? payload : ""})`;
}

/** Has waiting callers look again: bots of theirs were decided by something else than a pass. */
export async function tellDecided(sql: Queryable): Promise<void> {
  await sql`SELECT pg_notify('milo_decided', '')`;
}

/** Tells waiting callers what a full pass could see. */
export async function tellPassed(sql: Queryable, snapshot: string): Promise<void> {
  await sql`SELECT pg_notify('milo_decided', ${snapshot})`;
}

/** What a `milo_decided` says: bots that started, the snapshot of a full pass, or just to look again. */
export type DecidedNotice =
  | { kind: "started"; started: StartedNotice[] }
  | { kind: "passed"; snapshot: string }
  | { kind: "look" };

export function readDecidedNotice(payload: string): DecidedNotice {
  if (payload === "") return { kind: "look" };
  if (!payload.startsWith("[")) return { kind: "passed", snapshot: payload };
  const rows = JSON.parse(payload) as [number, DeploymentPlatform, string][];
  return { kind: "started", started: rows.map(([botId, platform, identifier]) => ({ botId, platform, identifier })) };
}
