import type { Sql } from "@milo/milo/server/database/client.ts";
import { confirmGoneByOperator, replaceAnyway } from "@milo/milo/server/database/repositories/operator-word.ts";
import type { Action } from "./actions.ts";
import type { DeploymentRow, Snapshot } from "./checks/snapshot.ts";
import type { FakeBot } from "./world/fake-bot.ts";
import type { World } from "./world/world.ts";

/** An operator says something of a container, true or not. */
export const giveOperatorWord: Action = async (world, seen) => {
  const { random } = world;
  const claimed = [...seen.deployments.values()].filter((d) => d.phase === "RUNNING" || d.phase === "STOPPING");
  const silent = claimed.filter((d) => listSilent(world).some((bot) => bot.workload.launchKey === d.launchKey));
  const among = silent.length > 0 && random.chance(0.8) ? silent : claimed;
  if (among.length === 0) return null;
  return sayOf(world, random.pick(among), world.web[0]?.sql as Sql);
};

/** Bots past their claim of which milo has heard nothing for long, and that may speak at any moment. */
export function listSilent(world: World): FakeBot[] {
  const staleMs = world.clock.databaseMs() - world.times.heartbeatStaleMs;
  return world.bots.filter(({ process, workload }) => {
    return (
      process.claimedMs !== null && process.toMs === null && workload.heardMs !== null && workload.heardMs <= staleMs
    );
  });
}

/** What may be said of the bot, when it has a container. */
export function saySomethingOf(world: World, seen: Snapshot, bot: FakeBot): ((sql: Sql) => Promise<unknown>) | null {
  const attempt = [...seen.deployments.values()].find((d) => d.launchKey === bot.workload.launchKey);
  return attempt === undefined ? null : (sql) => sayOf(world, attempt, sql);
}

async function sayOf(world: World, attempt: DeploymentRow, sql: Sql): Promise<string> {
  const { id: deploymentId, launchKey, botId } = attempt;
  const staleMs = world.times.heartbeatStaleMs;
  const isOrder = botId !== null && world.random.chance(0.4);
  const done = isOrder
    ? await replaceAnyway(sql, { botId, reason: "It is wanted", staleMs })
    : await confirmGoneByOperator(sql, { deploymentId, reason: "Seen it", staleMs, policy: "infrastructure" });
  if (done.kind === "confirmed" || done.kind === "replaced") await vouchFor(world, sql, done.deploymentId);
  return `an operator ${isOrder ? "orders to replace" : "confirms as gone"} ${launchKey}: ${done.kind}`;
}

/** From here on what comes of that container is the operator's doing. */
async function vouchFor(world: World, sql: Sql, deploymentId: number): Promise<void> {
  const [row] = await sql<{ launchKey: string; identifier: string | null }[]>`
    SELECT launch_key AS "launchKey", platform_identifier AS identifier FROM deployments WHERE id = ${deploymentId}`;
  for (const name of [row?.launchKey, row?.identifier]) if (name) world.vouched.add(name);
}
