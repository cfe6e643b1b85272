import { DEFAULT_TIMES, type Times } from "@milo/milo/config/times.ts";
import { type Installation, readInstallation } from "@milo/milo/server/database/repositories/installation.ts";
import { repositories as healthy, type Repositories } from "@milo/milo/server/dispatcher/repositories.ts";
import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform, type PlatformPlan } from "@milo/placement";
import { watchOrder } from "../checks/order.ts";
import type { Violation } from "../checks/violation.ts";
import { type Clock, createClock } from "../engine/clock.ts";
import { type Connection, connect } from "../engine/database.ts";
import { type Gate, gateStatements } from "../engine/gated-sql.ts";
import { createRandom, type Random } from "../engine/random.ts";
import { createFakeBot, type FakeBot } from "./fake-bot.ts";
import { createCluster, type FakeCluster } from "./fake-cluster.ts";
import { createFakeDispatcher, type FakeDispatcher } from "./fake-dispatcher.ts";
import { createFakePlatform } from "./fake-platform.ts";
import { type Faults, NO_FAULTS } from "./faults.ts";
import { createHearing, type Hearing } from "./hearing.ts";
import { createAlarmLog } from "./log.ts";
import { drawPlan } from "./plans.ts";

/** Everything there is: the database, the processes of milo, the platforms, the bots, and time. */
export type World = {
  random: Random;
  clock: Clock;
  times: Times;
  faults: Faults;
  /** A connection of the checks, which sees what is committed. */
  observer: Connection;
  /** Connections of the web process: one for its own calls, more for those that race. */
  web: WebConnection[];
  hearing: Hearing;
  /** Several operations reach the database at once, in an order of the race's choice. */
  racing: boolean;
  clusters: ReadonlyMap<DeploymentPlatform, FakeCluster>;
  dispatchers: FakeDispatcher[];
  bots: FakeBot[];
  /** What the operator wants now; a dispatcher started earlier may still have another. */
  plan: PlatformPlan;
  /** The launch that the last step went on with, and whose it is; null = the step was something else. */
  launching: { dispatcherId: string; launchKey: string } | null;
  /** Launch keys of attempts whose containers an operator called gone or not worth waiting for. */
  vouched: Set<string>;
  /** What the processes themselves found wrong, e.g. by an alarm. */
  reported: Violation[];
  /** Errors of turns that milo's loops go on after, by their text. */
  turnErrors: Map<string, number>;
  /** Starts a dispatcher on the connection, in place of the one that was there. */
  startDispatcher(connection: Connection): Promise<FakeDispatcher>;
  close(): Promise<void>;
};

export type WebConnection = Connection & { gate: Gate };

const DISPATCHERS = 3;
const WEB_CONNECTIONS = 6;

/** Short lives, so that many fit into a run; every relation between the times is kept. */
const TIMES: Times = { ...DEFAULT_TIMES, maxDurationMs: 480_000, unreachablePatienceMs: 60_000 };

export async function createWorld(url: string, seed: number, replaced: Partial<Repositories>): Promise<World> {
  const random = createRandom(seed);
  const clock = createClock();
  const faults: Faults = { ...NO_FAULTS };
  const reported: Violation[] = [];
  const bots: FakeBot[] = [];
  const named = (name: string) => connect(url, `milo-sim-${name}`);
  const observer = await named("observer");
  const web = await Promise.all(Array.from({ length: WEB_CONNECTIONS }, async () => openGated(await named("web"))));
  const forDispatchers = await Promise.all(Array.from({ length: DISPATCHERS }, () => named("dispatcher")));
  await clock.publish(observer.sql);
  const hearing = createHearing(observer.sql, clock);
  await hearing.comeUp();
  const installation: Installation = await readInstallation(observer.sql);

  const clusters = new Map(
    DEPLOYMENT_PLATFORMS.map((platform): [DeploymentPlatform, FakeCluster] => {
      const cluster: FakeCluster = createCluster(platform, {
        clock,
        random,
        faults,
        onProcess: (workload, process) => {
          const { claimLeaseMs, maxDurationMs } = TIMES;
          const parts = { clock, random, faults, cluster, claimLeaseMs, maxDurationMs, isHeard: hearing.isUp };
          bots.push(createFakeBot(parts, workload, process));
        },
      });
      return [platform, cluster];
    }),
  );

  const bag: Repositories = { ...healthy, ...replaced };
  let started = 0;
  const dispatchers: FakeDispatcher[] = [];
  const world: World = {
    random,
    clock,
    times: TIMES,
    faults,
    observer,
    web,
    hearing,
    racing: false,
    clusters,
    dispatchers,
    bots,
    plan: drawPlan(random),
    launching: null,
    vouched: new Set(),
    reported,
    turnErrors: new Map(),
    async startDispatcher(connection) {
      const dispatcher = createFakeDispatcher({
        id: `dispatcher-${++started}`,
        connection,
        plan: world.plan,
        clock,
        random,
        times: TIMES,
        installation,
        repositories: { ...bag, admit: watchOrder(bag.admit, world) },
        log: createAlarmLog(reported),
        platformFor: (platform, client) => {
          const cluster = clusters.get(platform);
          if (cluster === undefined) throw new Error(`No cluster of ${platform}`);
          return createFakePlatform({ clock, random, faults, cluster, ...client });
        },
      });
      const index = dispatchers.findIndex((d) => d.connection === connection);
      dispatchers.splice(index === -1 ? dispatchers.length : index, index === -1 ? 0 : 1, dispatcher);
      await dispatcher.start();
      return dispatcher;
    },
    async close() {
      await Promise.all([observer, ...web, ...forDispatchers].map((connection) => connection.close()));
    },
  };
  for (const connection of forDispatchers) await world.startDispatcher(connection);
  return world;
}

function openGated(connection: Connection): WebConnection {
  const gate: Gate = { pass: null, beforeTransaction: () => Promise.resolve() };
  return { ...connection, sql: gateStatements(connection.sql, gate), gate };
}

/** The platforms' own record of everything that was ever made. */
export function allWorkloads(world: World) {
  return new Map([...world.clusters].map(([platform, cluster]) => [platform, cluster.workloads] as const));
}
