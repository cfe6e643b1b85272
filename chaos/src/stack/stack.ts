import type { DeploymentPlatform } from "@milo/placement";
import { makeBotImage } from "../../../demo/src/stack/bot-image.ts";
import { baseEnvironment } from "../../../demo/src/stack/child-environment.ts";
import { type Emulators, startEmulators } from "../../../demo/src/stack/emulators.ts";
import { createLifeline, type Lifeline } from "../../../demo/src/stack/lifeline.ts";
import { startChild } from "../../../demo/src/stack/managed-child.ts";
import type { StartNamed } from "../../../demo/src/stack/start-stack.ts";
import { FAST } from "../../../demo/src/timings.ts";
import { controlEmulators, type EmulatorControl } from "../../../e2e/testing/stack/emulator-control.ts";
import { editFunction } from "../../../sim/src/engine/database.ts";
import { SABOTAGES } from "../../../sim/src/sabotages.ts";
import type { Link } from "../net/link.ts";
import { createDatabaseClock, type DatabaseClock } from "../record/database-clock.ts";
import { keepHistory } from "../record/history.ts";
import { bundleMilo } from "./bundle.ts";
import { type Left, listLeft } from "./left.ts";
import { type ClaimSeen, type Links, openLinks } from "./links.ts";
import { startMilo } from "./milo.ts";
import type { Places } from "./places.ts";
import { type ChaosPlan, FIRST_PLAN } from "./plan.ts";
import { type ChaosPostgres, startChaosPostgres } from "./postgres.ts";
import type { Supervised } from "./supervised.ts";

/** One process of milo and the links that are its own. */
export type Member = { process: Supervised; links: readonly Link[] };

/** Everything that runs. */
export type Stack = {
  postgres: ChaosPostgres;
  emulators: Readonly<Record<DeploymentPlatform, EmulatorControl>>;
  webs: readonly Member[];
  dispatchers: readonly Member[];
  links: Links;
  /** Every link, those of members included. */
  allLinks: readonly Link[];
  /** Where callers reach the API: through a link. */
  apiUrl: string;
  places: Places;
  claims: readonly ClaimSeen[];
  clock: DatabaseClock;
  plan(): ChaosPlan;
  /** In force for each process from its next start on. */
  setPlan(plan: ChaosPlan): void;
  /** What platforms keep of ours besides containers. */
  left(): Promise<readonly Left[]>;
  /** What ended by itself that never should. */
  losses(): readonly string[];
  stop(): Promise<void>;
};

const READY_WITHIN_MS = 60_000;
const EMULATOR_STOPS_WITHIN_MS = 3_000;

export type StackOptions = {
  places: Places;
  sabotage: string | null;
  /** Three when it is not said. */
  dispatchers?: number;
  /** The first plan of chaos when it is not said. */
  plan?: ChaosPlan;
  /** What every process of milo is given besides. */
  environment?: Readonly<Record<string, string>>;
  /** How long a day of kept history takes; a real one when it is not said. */
  dayMs?: number;
  /** How often each process of milo measures itself; not at all when it is not said. */
  gaugeEveryMs?: number;
  /** Whether admissions pause between their count and their claim; they do when it is not said. */
  slowsAdmission?: boolean;
  restartAfterMs(): number;
  onChange(): void;
  signal: AbortSignal;
};

/** Starts it all; what was started is ended again when something of it does not start. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const lifeline = createLifeline();
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch {
        // The rest is ended all the same.
      }
    }
    lifeline.cut();
  };
  try {
    return { ...(await startParts(options, lifeline, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: StackOptions,
  lifeline: Lifeline,
  undo: (() => unknown)[],
): Promise<Omit<Stack, "stop">> {
  const { places, sabotage, onChange, signal } = options;
  const losses: string[] = [];
  const startNamed: StartNamed = async (child) => {
    signal.throwIfAborted();
    const onLost = (error: Error) => losses.push(error.message);
    const logFile = places.logFile(child.name);
    const started = await startChild({
      remedy: "",
      ...child,
      readyWithinMs: READY_WITHIN_MS,
      logFile,
      lifeline,
      onLost,
    });
    undo.push(() => started.stop(EMULATOR_STOPS_WITHIN_MS));
    return started;
  };
  const [postgres, image, bundles] = await Promise.all([
    startChaosPostgres(places.database, onChange),
    makeBotImage(),
    bundleMilo(places.run, sabotage, options.dayMs),
  ]);
  undo.push(() => postgres.stop());
  await keepHistory(postgres.sql, options.slowsAdmission ?? true);
  for (const edit of sabotage === null ? [] : (SABOTAGES[sabotage]?.edits ?? []))
    await editFunction(postgres.sql, edit);

  const emulators: Emulators = await startEmulators(startNamed, image, FAST, `${places.folder}/kubeconfig.yaml`);
  const controls = controlEmulators(emulators.urls);
  // No meeting platform's image is missing here, and Coolify lets everybody ask as often as they like.
  await controls.coolify.set({ rateLimitPerMinute: null, statusLagMs: 500 });

  const claims: ClaimSeen[] = [];
  let plan = options.plan ?? FIRST_PLAN;
  const links = await openLinks({
    dispatchers: options.dispatchers,
    databasePort: postgres.port,
    platformPort: (platform) => Number(new URL(emulators.urls[platform]).port),
    webPorts: () =>
      webs().flatMap(({ process }) => (process.isUp() ? [Number(new URL(process.url() ?? "").port)] : [])),
    onClaim: (claim) => claims.push(claim),
    onChange,
  });
  undo.push(() => links.close());
  const milo = startMilo({
    ...options,
    bundles,
    lifeline,
    links,
    databaseUrl: postgres.url,
    emulators,
    base: baseEnvironment(),
    plan,
  });
  const webs = () => milo.webs;
  undo.push(() => milo.end());
  await milo.allUp(signal, READY_WITHIN_MS);
  return {
    postgres,
    emulators: controls,
    webs: milo.webs,
    dispatchers: milo.dispatchers,
    links,
    allLinks: links.all,
    apiUrl: `http://127.0.0.1:${links.callers.port}`,
    places,
    claims,
    clock: createDatabaseClock(postgres.sql),
    plan: () => plan,
    setPlan(next) {
      plan = next;
      milo.setPlan(next);
    },
    left: () => listLeft(emulators),
    losses: () => losses,
  };
}
