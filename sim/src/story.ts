import type { DeploymentRow, Snapshot } from "./checks/snapshot.ts";
import { PROMISES, type Violation } from "./checks/violation.ts";
import type { FakeWorkload } from "./world/fake-workload.ts";
import type { World } from "./world/world.ts";

/** What a person needs to understand a violation: the bots' events, attempts and containers, and the last steps. */
export async function tellStory(
  world: World,
  seen: Snapshot,
  violations: readonly Violation[],
  lastSteps: readonly string[],
): Promise<string> {
  const lines = violations.map((v) => `PROMISE ${v.promise} BROKEN (${PROMISES[v.promise]}): ${v.what}`);
  const botIds = new Set(violations.map((v) => v.botId).filter((id) => id !== null));
  for (const botId of [...botIds].slice(0, 3)) lines.push("", ...(await tellBot(world, seen, botId)));
  const isNamed = (row: DeploymentRow) => violations.some(({ what }) => what.includes(`${row.launchKey} `));
  for (const row of [...seen.deployments.values()].filter(isNamed)) lines.push("", ...(await tellAttempt(world, row)));
  lines.push("", "The last steps:", ...lastSteps.map((step) => `  ${step}`));
  return lines.join("\n");
}

async function tellBot(world: World, seen: Snapshot, botId: number): Promise<string[]> {
  const events = await world.observer.sql<{ atMs: number; deployment: number | null; code: string; message: string }[]>`
    SELECT (extract(epoch FROM at) * 1000)::float8 AS "atMs", deployment_id AS deployment, code, message
    FROM bot_events WHERE bot_id = ${botId} ORDER BY id`;
  const rows = [...seen.deployments.values()].filter((d) => d.botId === botId);
  const entries = [...seen.entries.values()].filter((e) => e.botId === botId);
  const workloads = [...world.clusters.values()].flatMap((c) => c.workloads).filter((w) => w.botId === botId);
  return [
    `Bot ${botId}: ${JSON.stringify(seen.bots.get(botId))}`,
    ...entries.map((entry) => `  entry ${JSON.stringify(entry)}`),
    ...rows.map((row) => `  attempt ${JSON.stringify(row)}`),
    ...workloads.map((workload) => `  container ${tellWorkload(workload)}`),
    ...events.map((e) => `  ${time(e.atMs)} ${e.deployment ?? ""} ${e.code} ${e.message}`),
    `  it is ${time(world.clock.nowMs())}, in the database ${time(world.clock.databaseMs())}`,
  ];
}

/** What milo knows of one row, also of a container that belongs to no bot, and what the platform does. */
async function tellAttempt(world: World, row: DeploymentRow): Promise<string[]> {
  const { sql } = world.observer;
  const [stored] = await sql`SELECT * FROM deployments WHERE id = ${row.id}`;
  const [check] = await sql`SELECT * FROM platform_checks WHERE platform = ${row.platform}`;
  const [hearing] = await sql`SELECT milo_now() AS now, milo_heard_until() AS heard,
    (SELECT json_agg(o ORDER BY began_at DESC) FROM (SELECT * FROM web_outages ORDER BY began_at DESC LIMIT 3) o) AS outages`;
  const events = await sql<{ atMs: number; code: string; message: string }[]>`
    SELECT (extract(epoch FROM at) * 1000)::float8 AS "atMs", code, message FROM platform_events
    WHERE platform = ${row.platform} ORDER BY id DESC LIMIT 20`;
  const workloads = world.clusters.get(row.platform)?.workloads.filter((w) => w.identifier === row.identifier) ?? [];
  return [
    `${row.launchKey}: ${JSON.stringify(stored)}`,
    ...workloads.map((workload) => `  container ${tellWorkload(workload)}`),
    `  ${row.platform}: ${JSON.stringify(check)}`,
    `  hearing: ${JSON.stringify(hearing)}`,
    ...events.toReversed().map((e) => `  ${time(e.atMs)} ${e.code} ${e.message}`),
  ];
}

function tellWorkload(workload: FakeWorkload): string {
  const { createdMs, ranFromMs, endedMs, processes, ...rest } = workload;
  const lives = processes.map((p) => `${p.bootId} ${time(p.fromMs)}-${time(p.toMs)} claimed ${time(p.claimedMs)}`);
  const life = `made ${time(createdMs)}, ran from ${time(ranFromMs)}, ended ${time(endedMs)}`;
  return `${JSON.stringify(rest)} ${life}; ${lives.join("; ")}`;
}

function time(ms: number | null): string {
  return ms === null ? "-" : new Date(ms).toISOString().slice(11, 23);
}
