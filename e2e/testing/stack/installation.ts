import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type DeploymentPlatform, platformVariable } from "@milo/placement";
import { baseEnvironment } from "../../../demo/src/stack/child-environment.ts";
import { type Emulators, startEmulators } from "../../../demo/src/stack/emulators.ts";
import { createLifeline } from "../../../demo/src/stack/lifeline.ts";
import { type ManagedChild, startChild } from "../../../demo/src/stack/managed-child.ts";
import { miloEnvironment } from "../../../demo/src/stack/milo-environment.ts";
import type { StartNamed } from "../../../demo/src/stack/start-stack.ts";
import { FAST, type Timings } from "../../../demo/src/timings.ts";
import { BUNDLES } from "../../../scripts/start/paths.ts";
import { waitUntil } from "../wait-until.ts";
import { databaseFolder, startTestPostgres, type TestPostgres } from "./database.ts";
import { controlEmulators, type EmulatorControl } from "./emulator-control.ts";
import { createTestApi, type TestApi } from "./milo-api.ts";
import { type MiloProcess, runMiloProcess } from "./milo-process.ts";

/** How milo of one file of tests is set up; all three platforms, K8s first, then AWS, then Coolify. */
export type InstallationOptions = {
  /** The most bots on each platform. Default: K8s 3, AWS 2, Coolify 1. */
  limits?: Partial<Record<DeploymentPlatform, number>>;
  /** How long a bot waits for each platform, milliseconds. Default: an hour, so that nothing moves by itself. */
  queueTimeoutMs?: Partial<Record<DeploymentPlatform, number>>;
  /** How long it waits for any platform after those, milliseconds. Default: an hour. */
  globalQueueTimeoutMs?: number;
  /** What people and programs have to know; without it, loopback is let in. */
  accessToken?: string;
  /** Any other variable of docs/configuration.md. */
  environment?: Readonly<Record<string, string>>;
};

/** A whole milo of its own: database, emulated platforms, web and dispatcher as real processes. */
export type Installation = {
  /** Where the console and the API are. */
  url: string;
  database: TestPostgres;
  web: MiloProcess;
  dispatcher: MiloProcess;
  emulators: Readonly<Record<DeploymentPlatform, EmulatorControl>>;
  api: TestApi;
  /** What of it ended by itself, in sentences. */
  losses(): readonly string[];
  /** Starts again what a test has ended and takes faults back, so that a test that failed half-way harms no other. */
  restore(): Promise<void>;
  /** Ends all of it. */
  close(): Promise<void>;
};

const HOUR_MS = 3_600_000;
const LIMITS = { k8s: 3, aws: 2, coolify: 1 };
const PATIENT = { k8s: HOUR_MS, aws: HOUR_MS, coolify: HOUR_MS };
const READY_WITHIN_MS = 90_000;
/** The emulated containers end with them. */
const EMULATOR_STOPS_WITHIN_MS = 2_000;

/** Starts one. `folder` is for its database, `logs` for what its processes say. */
export async function startInstallation(
  options: InstallationOptions,
  places: { folder: string; logs: string; botImage: readonly string[] },
): Promise<Installation> {
  mkdirSync(places.folder, { recursive: true, mode: 0o755 });
  const lifeline = createLifeline();
  const losses: string[] = [];
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
    lifeline.cut();
  };
  const start: StartNamed = (child) =>
    startChild({
      remedy: "",
      ...child,
      logFile: join(places.logs, `${child.name}.log`),
      lifeline,
      onLost: (error) => losses.push(error.message),
    });
  const startEmulator: StartNamed = async (child) => {
    const started = await start(child);
    undo.push(() => started.stop(EMULATOR_STOPS_WITHIN_MS));
    return started;
  };
  try {
    const timings: Timings = { ...FAST, queueTimeoutMs: { ...PATIENT, ...options.queueTimeoutMs } };
    const kubeconfig = join(places.folder, "kubeconfig.yaml");
    const platforms = startEmulators(startEmulator, places.botImage, timings, kubeconfig);
    platforms.catch(() => undefined); // It is awaited below, unless something else fails first.
    const database = await startTestPostgres(databaseFolder(places.folder));
    undo.unshift(() => database.close());
    const environment = readEnvironment(options, timings, database.url);
    const milo = await startMilo(start, environment, platforms, undo);
    const emulators = controlEmulators((await platforms).urls);
    const api = createTestApi(milo.url, options.accessToken);
    const restore = async () => {
      await database.restore();
      await Promise.all([milo.web.restore(), milo.dispatcher.restore()]);
      // One that is offline answers once that is over.
      const recover = (one: EmulatorControl) =>
        waitUntil("its faults are taken back", () => one.recover().then(() => true));
      await Promise.all(Object.values(emulators).map(recover));
    };
    return { ...milo, database, emulators, api, losses: () => losses, restore, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readEnvironment(options: InstallationOptions, timings: Timings, databaseUrl: string): Record<string, string> {
  const limits = Object.entries({ ...LIMITS, ...options.limits }).map(([platform, limit]) => [
    platformVariable(platform as DeploymentPlatform, "BOT_LIMIT"),
    String(limit),
  ]);
  return {
    ...baseEnvironment(),
    ...miloEnvironment(timings, databaseUrl),
    ...Object.fromEntries(limits),
    GLOBAL_QUEUE_TIMEOUT_MS: String(options.globalQueueTimeoutMs ?? HOUR_MS),
    ...(options.accessToken === undefined ? {} : { MILO_ACCESS_TOKEN: options.accessToken }),
    ...options.environment,
  };
}

/** Web first: its address is where bots call home. A restarted one takes the same port. */
async function startMilo(
  start: StartNamed,
  environment: Readonly<Record<string, string>>,
  platforms: Promise<Emulators>,
  undo: (() => Promise<unknown>)[],
): Promise<{ url: string; web: MiloProcess; dispatcher: MiloProcess }> {
  const launch = (name: "web" | "dispatcher", own: Readonly<Record<string, string>>): Promise<ManagedChild> =>
    start({
      name,
      argv: ["--enable-source-maps", join(BUNDLES, name, "main.js")],
      env: { ...environment, ...own },
      readyBy: "message",
      readyWithinMs: READY_WITHIN_MS,
    });
  const run = async (launchOne: () => Promise<ManagedChild>) => {
    const running = await runMiloProcess(launchOne);
    undo.push(running.kill); // Its state is thrown away: nothing has to be put in order.
    return running;
  };
  let port = "0";
  const web = await run(() => launch("web", { PORT: port }));
  const url = web.url();
  port = new URL(url).port;
  const own = { MILO_PUBLIC_URL: url, DISPATCHER_PORT: "0", ...(await platforms).environment };
  const dispatcher = await run(() => launch("dispatcher", own));
  return { url, web, dispatcher };
}
