import { join } from "node:path";
import { type Database, openDatabase } from "@milo/milo/server/database/client.ts";
import { migrate } from "@milo/milo/server/database/migrate.ts";
import type { DeploymentPlatform } from "@milo/placement";
import { type RunningPostgres, startPostgres } from "@milo/postgres";
import { BUNDLES } from "../../../scripts/start/paths.ts";
import type { Timings } from "../timings.ts";
import { makeBotImage } from "./bot-image.ts";
import { baseEnvironment } from "./child-environment.ts";
import { startEmulators } from "./emulators.ts";
import { createLifeline } from "./lifeline.ts";
import { ChildFailure, type ChildOptions, type ManagedChild, startChild } from "./managed-child.ts";
import { miloEnvironment } from "./milo-environment.ts";
import type { RunFolder } from "./places.ts";

/** Everything the demo runs. */
export type Stack = {
  /** Where the console and the API are. */
  consoleUrl: string;
  /** Where each emulated platform answers `/_emulator/…`. */
  emulatorUrls: Readonly<Record<DeploymentPlatform, string>>;
  /** For reading only. */
  database: Database;
  /** Rejects when something of it ends by itself. */
  lost: Promise<never>;
  /** Ends everything in order. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): void;
};

/** Starts a child of this stack. */
export type StartNamed = (
  child: Omit<ChildOptions, "logFile" | "lifeline" | "onLost" | "remedy"> & { remedy?: string },
) => Promise<ManagedChild>;

export type StackOptions = {
  timings: Timings;
  /** Port of the console; 0 = any free one. */
  port: number;
  folder: RunFolder;
  say(text: string): void;
  /** Ends the start before its next step. */
  signal: AbortSignal;
};

const READY_WITHIN_MS = 90_000;
/** Longer than web and dispatcher give themselves when nothing is wrong. */
const STOP_WITHIN_MS = 8_000;
const READER_CONNECTIONS = 2;
const RUN_AGAIN = "Run the demo again; if it happens again, the lines below say why.";

/**
 * Starts the database, migrates it, then the emulated platforms, web and dispatcher. Throws a sentence, with nothing
 * left running, when one of them does not start.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const lifeline = createLifeline();
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  const undo: (() => Promise<void>)[] = [];
  const children: ManagedChild[] = [];
  const start: StartNamed = async (child) => {
    options.signal.throwIfAborted();
    const logFile = options.folder.logFile(child.name);
    const started = await startChild({ remedy: RUN_AGAIN, ...child, logFile, lifeline, onLost: lost.reject });
    children.push(started);
    undo.push(() => started.stop(STOP_WITHIN_MS));
    return started;
  };
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
    lifeline.cut();
  };
  try {
    const parts = await startParts(options, start, undo, lost.reject);
    return { ...parts, lost: lost.promise, stop, kill: () => children.forEach((child) => void child.kill()) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { timings, port, folder, say }: StackOptions,
  start: StartNamed,
  undo: (() => Promise<void>)[],
  onLost: (error: Error) => void,
): Promise<Pick<Stack, "consoleUrl" | "emulatorUrls" | "database">> {
  say("Starting an embedded PostgreSQL…");
  const [postgres, bot] = await Promise.all([startPostgres({ dataDir: folder.database }), makeBotImage()]);
  undo.push(stopPostgres(postgres, onLost));
  await migrate(postgres.url);

  say("Starting emulators of Kubernetes, AWS ECS and Coolify…");
  const emulators = await startEmulators(start, bot, timings, folder.kubeconfig);

  say("Starting milo: web and dispatcher…");
  const environment = { ...baseEnvironment(), ...miloEnvironment(timings, postgres.url) };
  const runMilo = (name: "web" | "dispatcher", own: Readonly<Record<string, string>>) =>
    start({
      name,
      argv: ["--enable-source-maps", join(BUNDLES, name, "main.js")],
      env: { ...environment, ...own },
      readyBy: "message",
      readyWithinMs: READY_WITHIN_MS,
      remedy: name === "web" && port !== 0 ? `Is port ${port} taken? Choose another with --port.` : RUN_AGAIN,
    });
  const web = await runMilo("web", { PORT: String(port) });
  const consoleUrl = String(web.ready.url);
  await runMilo("dispatcher", { MILO_PUBLIC_URL: consoleUrl, DISPATCHER_PORT: "0", ...emulators.environment });

  const database = openDatabase(postgres.url, { applicationName: "demo", maxConnections: READER_CONNECTIONS });
  undo.push(() => database.close());
  return { consoleUrl, emulatorUrls: emulators.urls, database };
}

function stopPostgres(postgres: RunningPostgres, onLost: (error: Error) => void): () => Promise<void> {
  let stopping = false;
  void postgres.exited.then(() => stopping || onLost(new ChildFailure("The database ended by itself.")));
  return () => {
    stopping = true;
    return postgres.stop();
  };
}
