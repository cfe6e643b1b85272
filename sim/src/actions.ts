import type { Sql } from "@milo/milo/server/database/client.ts";
import { createBot } from "@milo/milo/server/database/repositories/create-bot.ts";
import { setPlatformMode } from "@milo/milo/server/database/repositories/platform-mode.ts";
import { stopBot } from "@milo/milo/server/database/repositories/stop-bot.ts";
import { DEPLOYMENT_PLATFORMS, MEETING_PLATFORMS } from "@milo/placement";
import type { Snapshot } from "./checks/snapshot.ts";
import { type Racer, race } from "./engine/race.ts";
import type { Random } from "./engine/random.ts";
import type { Task } from "./engine/task.ts";
import { loseSomeContainer } from "./losses.ts";
import { giveOperatorWord, listSilent, saySomethingOf } from "./operator.ts";
import type { FakeBot } from "./world/fake-bot.ts";
import type { FakeDispatcher } from "./world/fake-dispatcher.ts";
import { drawPlan, withOtherLimits } from "./world/plans.ts";
import { noteTurnError } from "./world/turn-errors.ts";
import type { WebConnection, World } from "./world/world.ts";

/** Does one thing; answers what, or null when there was nothing of the kind to do. */
export type Action = (world: World, seen: Snapshot) => Promise<string | null>;

const MOST_WAITING = 30;
/** Shorter than what may lie between two stamps of the web process. */
const STRIDE_MS = 20_000;

/** What may happen in a step, by weight. */
export const ACTIONS: readonly (readonly [weight: number, action: Action])[] = [
  [45, resumeTask],
  [18, beginTurn],
  [18, letBotAct],
  [4, throughWeb(enqueue)],
  [1.2, throughWeb(stopSomeBot)],
  [1.2, letTimePass],
  [0.15, crash],
  [0.7, freeze],
  [0.1, stopDispatcher],
  [0.15, changePlan],
  [0.25, throughWeb(changeMode)],
  [0.2, jumpDatabaseClock],
  [0.2, darkenPlatform],
  [3.5, raceSome],
  [1.5, loseSomeContainer],
  [0.3, throughWeb(giveOperatorWord)],
  [0.04, throughWeb(loseWeb)],
];

/** What nobody can do while milo's web process is away. */
function throughWeb(action: Action): Action {
  return async (world, seen) => (world.hearing.isUp() ? action(world, seen) : null);
}

/** Nothing that anybody says reaches milo for a while; its dispatchers go on. */
async function loseWeb({ random, hearing }: World): Promise<string> {
  const ms = random.integer(40_000, 300_000);
  hearing.goDown(ms);
  return `milo's web process is away for ${ms} ms`;
}

function isAwake(world: World, dispatcher: FakeDispatcher): boolean {
  return dispatcher.frozenUntilMs <= world.clock.nowMs();
}

export function resumable(world: World): [FakeDispatcher, Task][] {
  return world.dispatchers
    .filter((d) => isAwake(world, d))
    .flatMap((d) => d.tasks.filter((task) => !task.isAsleep()).map((task): [FakeDispatcher, Task] => [d, task]));
}

/** Runs an operation to its next commit boundary. */
export async function resume(world: World, dispatcher: FakeDispatcher, task: Task): Promise<string> {
  const from = task.parkedAt();
  const [, launchKey] = /^launch (.*)/.exec(task.name) ?? [];
  world.launching = launchKey === undefined ? null : { dispatcherId: dispatcher.id, launchKey };
  noteTurnError(world, task.name, await task.resume());
  freezeMidWork(world, dispatcher, task.parkedAt());
  if (task.isOver()) dispatcher.tasks.splice(dispatcher.tasks.indexOf(task), 1);
  return `${dispatcher.id}: ${task.name} from ${from} to ${task.parkedAt() ?? "its end"}`;
}

/** Freezes a dispatcher where it does most harm. */
function freezeMidWork({ random, faults, clock }: World, dispatcher: FakeDispatcher, place: string | null): void {
  // After a refusal: just long enough for another to take the launch over and to be at it when this one wakes.
  if (place === "launch:before-give-up" && random.chance(faults.freezeMidFailure)) {
    dispatcher.frozenUntilMs = clock.nowMs() + random.integer(25_000, 60_000);
  }
  // Between a pass's looks and its claims: until what it saw is no longer so.
  if (place?.startsWith("pass:") && random.chance(faults.freezeMidPass)) {
    dispatcher.frozenUntilMs = clock.nowMs() + random.integer(5_000, 60_000);
  }
  // Before a send: until its attempt was given up and may have been forgotten. Worst where it cannot be made inert.
  const share = place === "aws:create" ? 1 : 0.3;
  if (place?.endsWith(":create") && random.chance(faults.freezeBeforeSend * share)) {
    dispatcher.frozenUntilMs = clock.nowMs() + random.integer(200_000, 600_000);
  }
}

async function resumeTask(world: World): Promise<string | null> {
  const able = resumable(world);
  if (able.length === 0) return null;
  const launches = able.filter(([, task]) => task.name.startsWith("launch"));
  const { chance, pick } = world.random;
  return resume(world, ...pick(launches.length > 0 && chance(0.6) ? launches : able));
}

async function beginTurn(world: World): Promise<string | null> {
  const awake = world.dispatchers.filter((d) => isAwake(world, d));
  if (awake.length === 0) return null;
  const dispatcher = world.random.pick(awake);
  const task = dispatcher.beginTurn();
  return task === null ? null : resume(world, dispatcher, task);
}

export function dueBots(world: World): FakeBot[] {
  const nowMs = world.clock.nowMs();
  return world.bots.filter((bot) => bot.nextMs !== null && bot.nextMs <= nowMs);
}

export async function act(world: World, bot: FakeBot, sql: Sql): Promise<string> {
  try {
    await bot.act(sql);
  } catch (error) {
    noteTurnError(world, "a bot's call", error);
  }
  return `${bot.process.bootId} acted`;
}

async function letBotAct(world: World): Promise<string | null> {
  const due = dueBots(world);
  return due.length === 0 ? null : act(world, world.random.pick(due), firstWeb(world).sql);
}

function firstWeb(world: World): WebConnection {
  return world.web[0] as WebConnection;
}

async function enqueue(world: World, seen: Snapshot): Promise<string | null> {
  const waiting = [...seen.entries.values()].filter((entry) => entry.status === "WAITING").length;
  return waiting >= MOST_WAITING ? null : enqueueOn(world, firstWeb(world).sql);
}

async function enqueueOn(world: World, sql: Sql): Promise<string> {
  const { random } = world;
  const bot = {
    name: "sim",
    meetingPlatform: random.pick(MEETING_PLATFORMS),
    meetingUrl: "https://meet.invalid/sim",
    priority: random.chance(0.2) ? random.integer(-3, 3) : 0,
    queueTimeoutMs: drawQueueTimeoutMs(random),
    maxDurationMs: random.chance(0.3) ? random.integer(10, 400) * 1_000 : undefined,
    deduplicationKey: random.chance(0.2) ? `key-${random.integer(1, 5)}` : undefined,
  };
  const { botId, created } = await createBot(sql, bot, world.plan);
  return created ? `bot ${botId} accepted` : `bot ${botId} answered for another`;
}

async function stopSomeBot(world: World, seen: Snapshot): Promise<string | null> {
  const ids = [...seen.bots.keys()];
  if (ids.length === 0) return null;
  const botId = world.random.pick(ids);
  return `stop of bot ${botId}: ${await stopBot(firstWeb(world).sql, botId, world.times.leaveByMs)}`;
}

async function letTimePass(world: World): Promise<string> {
  const { random, clock } = world;
  const ms = random.weighted([
    [80, random.integer(500, 3_000)],
    [20, random.integer(3_000, 40_000)],
    [2, random.integer(60_000, 600_000)],
  ]);
  // With every bot silent: heard by nobody, or by a web process that listens all the while.
  const strideMs = ms > STRIDE_MS && random.chance(0.6) ? STRIDE_MS : ms;
  for (let leftMs = ms; leftMs > 0; leftMs -= strideMs) {
    clock.advance(Math.min(strideMs, leftMs));
    await clock.publish(world.observer.sql);
    await world.hearing.stamp();
  }
  return `${ms} ms pass`;
}

/** A process dies wherever it is; another takes its place, with the plan of now. */
async function crash(world: World): Promise<string> {
  const dead = world.random.pick(world.dispatchers);
  const next = await world.startDispatcher(dead.connection);
  return `${dead.id} died, ${next.id} started`;
}

async function freeze(world: World): Promise<string> {
  const { random, clock } = world;
  // In the middle of a launch it matters most.
  const midLaunch = world.dispatchers.filter((d) => d.tasks.some((task) => task.parkedAt()?.startsWith("launch:")));
  const dispatcher = random.pick(midLaunch.length > 0 && random.chance(0.8) ? midLaunch : world.dispatchers);
  const ms = random.weighted([
    [5, random.integer(1_000, 30_000)],
    [5, random.integer(31_000, 120_000)],
    [1, random.integer(120_000, 900_000)],
  ]);
  dispatcher.frozenUntilMs = clock.nowMs() + ms;
  return `${dispatcher.id} is frozen for ${ms} ms`;
}

async function stopDispatcher(world: World): Promise<string | null> {
  const leaving = world.dispatchers.find((d) => d.stopping);
  if (leaving !== undefined) {
    if (leaving.tasks.length > 0 || !isAwake(world, leaving)) return null;
    await leaving.finishStop();
    const next = await world.startDispatcher(leaving.connection);
    return `${leaving.id} stopped, ${next.id} started`;
  }
  const dispatcher = world.random.pick(world.dispatchers);
  dispatcher.beginStop();
  return `${dispatcher.id} begins to stop`;
}

async function changePlan(world: World): Promise<string> {
  const { random } = world;
  world.plan = random.chance(0.6) ? withOtherLimits(random, world.plan) : drawPlan(random);
  return crash(world);
}

async function changeMode(world: World): Promise<string> {
  const { random } = world;
  const { sql } = firstWeb(world);
  if (random.chance(0.8)) return setSomeMode(random, sql);
  const platform = random.pick(DEPLOYMENT_PLATFORMS);
  const openMs = random.pick([0, 20_000, 60_000]);
  await sql`UPDATE platforms SET breaker_state = 'open', breaker_since = milo_now(), breaker_reason = 'It fails',
    breaker_version = breaker_version + 1,
    breaker_open_until = milo_now() + make_interval(secs => ${openMs / 1000}::float8) WHERE platform = ${platform}`;
  return `the breaker of ${platform} is open for ${openMs} ms`;
}

async function setSomeMode(random: Random, sql: Sql): Promise<string> {
  const platform = random.pick(DEPLOYMENT_PLATFORMS);
  const mode = random.weighted([
    [6, "enabled"],
    [1, "hold"],
    [1, "drain"],
  ] as const);
  await setPlatformMode(sql, { platform, mode, reason: "An operator wants it" });
  return `${platform} is ${mode}`;
}

/** Its API goes on doing what it is asked and answers nothing: every outcome is unknown. */
async function darkenPlatform({ random, clock, clusters }: World): Promise<string> {
  const cluster = random.pick([...clusters.values()]);
  const ms = random.integer(10_000, 60_000);
  cluster.darkUntilMs = clock.nowMs() + ms;
  return `${cluster.platform} answers nothing for ${ms} ms`;
}

/** As far as a time service moves a clock at once. */
async function jumpDatabaseClock(world: World): Promise<string> {
  const ms = world.random.integer(-5_000, 5_000);
  world.clock.jumpDatabase(ms);
  return `the database's clock jumps by ${ms} ms`;
}

/** Two to four of milo's operations at once, preferably on the same bot. */
async function raceSome(world: World, seen: Snapshot): Promise<string | null> {
  const { random } = world;
  const racers = [...drawPasses(world), ...drawCalls(world, seen)];
  if (racers.length < 2) return null;
  await world.clock.publish(world.observer.sql);
  world.racing = true;
  await race(random, world.observer, racers);
  world.racing = false;
  return `race of ${racers.map((racer) => racer.name).join(", ")}`;
}

function drawPasses(world: World): Racer[] {
  const awake = world.dispatchers.filter((d) => isAwake(world, d) && !d.stopping);
  return awake.slice(0, world.random.integer(0, awake.length)).map((dispatcher) => {
    const task = dispatcher.createRacingTurn();
    const run = async () => noteTurnError(world, task.name, await task.resume());
    return {
      name: task.name,
      connection: dispatcher.connection,
      gate: dispatcher.gate,
      admissionKey: dispatcher.id,
      run,
    };
  });
}

function drawCalls(world: World, seen: Snapshot): Racer[] {
  const { random, hearing } = world;
  if (!hearing.isUp()) return [];
  const bots = world.bots.filter((bot) => bot.nextMs !== null && bot.process.toMs === null);
  const silent = listSilent(world).filter((bot) => bots.includes(bot));
  const among = silent.length > 0 && random.chance(0.5) ? silent : bots;
  const bot = among.length === 0 ? null : random.pick(among);
  const ids = [...seen.bots.keys()];
  const stopped = bot?.workload.botId ?? (ids.length === 0 ? null : random.pick(ids));
  const calls: ((sql: Sql) => Promise<unknown>)[] = [];
  if (bot !== null && random.chance(0.7)) calls.push((sql) => act(world, bot, sql));
  if (stopped !== null && random.chance(0.4)) calls.push((sql) => stopBot(sql, stopped, world.times.leaveByMs));
  const word = bot !== null && random.chance(0.3) ? saySomethingOf(world, seen, bot) : null;
  if (word !== null) calls.push(word);
  if (random.chance(0.3)) calls.push((sql) => enqueueOn(world, sql));
  if (random.chance(0.1)) calls.push((sql) => setSomeMode(random, sql));
  return calls.map((call, index) => {
    const connection = world.web[index + 1] as WebConnection;
    const run = async () => {
      try {
        await call(connection.sql);
      } catch (error) {
        noteTurnError(world, "a call", error);
      }
    };
    return { name: `call ${index}`, connection, gate: connection.gate, admissionKey: null, run };
  });
}

/** Most bots wait as the plan says; some only as long as a pass may be held up between its look and its claim. */
function drawQueueTimeoutMs(random: Random): number | undefined {
  if (random.chance(0.2)) return random.integer(0, 20) * 5_000;
  return random.chance(0.3) ? random.integer(1, 8) * 500 : undefined;
}
