import { setPlatformMode } from "@milo/milo/server/database/repositories/platform-mode.ts";
import { DEPLOYMENT_PLATFORMS, isFinalBotStatus, isOccupying } from "@milo/placement";
import { act, dueBots, resumable, resume } from "./actions.ts";
import type { Checker } from "./checks/check.ts";
import { checkOverdue } from "./checks/overdue.ts";
import type { Snapshot } from "./checks/snapshot.ts";
import type { Violation } from "./checks/violation.ts";
import { mayRun } from "./world/fake-workload.ts";
import { NO_FAULTS } from "./world/faults.ts";
import type { WebConnection, World } from "./world/world.ts";

/** Time passes in short strides first, then in longer ones, all below what a living bot's silence may last. */
const STRIDES_MS = [...Array<number>(15).fill(2_000), ...Array<number>(220).fill(20_000)];
/** All dispatchers see the end of the faults; one of them is enough for the rest. */
const STRIDES_OF_ALL = 5;
const CALLS_PER_STRIDE = 3;
/** Platforms that everybody is to leave; the others take whoever waits. */
const DRAINED_SHARE = 0.25;

/**
 * The faults stop and time goes on, for more than the longest life there is. Then every bot must be final with a
 * reason, every slot back, and nothing may run.
 */
export async function drain(world: World, checker: Checker): Promise<Violation[]> {
  Object.assign(world.faults, NO_FAULTS);
  for (const cluster of world.clusters.values()) {
    cluster.darkUntilMs = 0;
    cluster.reachAll();
  }
  await world.hearing.comeUp();
  for (const platform of DEPLOYMENT_PLATFORMS) {
    const mode = world.random.chance(DRAINED_SHARE) ? "drain" : "enabled";
    await setPlatformMode(world.observer.sql, { platform, mode });
  }
  for (const dispatcher of world.dispatchers) {
    dispatcher.frozenUntilMs = 0;
    if (dispatcher.stopping) await world.startDispatcher(dispatcher.connection);
  }
  const sinceMs = world.clock.nowMs();
  for (const [index, strideMs] of STRIDES_MS.entries()) {
    world.clock.advance(strideMs);
    await world.clock.publish(world.observer.sql);
    await world.hearing.stamp();
    const found = [
      ...(await runEverything(world, checker, index < STRIDES_OF_ALL ? world.dispatchers.length : 1)),
      ...(await checker.check()),
      ...checkOverdue(world, checker.seen(), sinceMs),
    ];
    if (found.length > 0) return found;
    if (isAtRest(world, checker.seen())) return [];
  }
  return describeRest(world, checker.seen());
}

/** Every operation to its end, one turn of every loop, the calls of every bot. Ends at the first broken promise. */
async function runEverything(world: World, checker: Checker, atWork: number): Promise<Violation[]> {
  for (const dispatcher of world.dispatchers.slice(0, atWork)) {
    for (let turn = 0; turn < 14 && dispatcher.beginTurn() !== null; turn++);
  }
  for (let able = resumable(world); able.length > 0; able = resumable(world)) {
    for (const [dispatcher, task] of able) {
      if (!task.isOver()) await resume(world, dispatcher, task);
      const found = await checker.check();
      if (found.length > 0) return found;
    }
  }
  for (let call = 0; call < CALLS_PER_STRIDE; call++) {
    const found = await runBots(world, checker);
    if (found.length > 0) return found;
  }
  return [];
}

async function runBots(world: World, checker: Checker): Promise<Violation[]> {
  for (const bot of dueBots(world)) {
    await act(world, bot, (world.web[0] as WebConnection).sql);
    const found = await checker.check();
    if (found.length > 0) return found;
  }
  return [];
}

function isAtRest(world: World, seen: Snapshot): boolean {
  return describeRest(world, seen).length === 0;
}

function describeRest(world: World, seen: Snapshot): Violation[] {
  const found: Violation[] = [];
  for (const bot of seen.bots.values()) {
    if (isFinalBotStatus(bot.status)) continue;
    found.push({ promise: 3, what: `Bot ${bot.id} is still ${bot.status} long after every deadline`, botId: bot.id });
  }
  for (const { launchKey, phase, botId } of seen.deployments.values()) {
    if (!isOccupying(phase)) continue;
    found.push({ promise: 4, what: `${launchKey} still holds its slot (${phase}) long after its end`, botId });
  }
  for (const { platform, position, breaker, mode } of seen.platforms) {
    if (position === null || mode !== "enabled" || breaker !== "open") continue;
    found.push({ promise: 4, what: `${platform} is still shut out long after it has recovered`, botId: null });
  }
  for (const workload of [...world.clusters.values()].flatMap((cluster) => cluster.workloads)) {
    if (!mayRun(workload)) continue;
    found.push({ promise: 4, what: `The container of ${workload.launchKey} still runs`, botId: workload.botId });
  }
  return found;
}
