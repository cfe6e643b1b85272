import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { type RunningPostgres, startPostgres } from "@milo/postgres";
import { type Environment, usesEmbeddedDatabase } from "./environment.ts";
import { formatLine } from "./format-line.ts";
import { type ManagedProcess, manageProcess } from "./managed-process.ts";
import { BUNDLES, MILO, ROOT } from "./paths.ts";

export type SystemOptions = {
  /** What web and dispatcher are given; a database is run for them when it names none. */
  env: Environment;
  /** Run from source, with live reload of the console. */
  dev: boolean;
  /** Folder of the embedded database. */
  dataDir: string;
  print(line: string): void;
};

export type System = {
  /** Where the console is. */
  url: string;
  /** Settles with a sentence when the system cannot go on by itself. */
  failed: Promise<string>;
  restart(): void;
  /** Ends the processes in order, then the database. */
  stop(): Promise<void>;
  /** Ends the processes at once, then the database. */
  kill(): Promise<void>;
};

/**
 * Runs milo on this machine: the database when none is named, migrations, web and dispatcher. Resolves when all of
 * them work; throws a sentence, with nothing left running, when one does not.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { dev, print } = options;
  const postgres = usesEmbeddedDatabase(options.env) ? await startDatabase(options) : undefined;
  const env: NodeJS.ProcessEnv = {
    ...options.env,
    DATABASE_URL: postgres?.url ?? options.env.DATABASE_URL,
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const managed: ManagedProcess[] = [];
  const end = async (how: (one: ManagedProcess) => Promise<void> | void) => {
    await Promise.all(managed.map(how));
    await postgres?.stop();
  };
  try {
    await migrate(env, dev, print);
    const manage = (name: string, args: readonly string[]) => {
      const one = manageProcess({ name, args, env, cwd: ROOT, print });
      one.ready.catch(() => undefined);
      managed.push(one);
      return one;
    };
    const web = manage("web", programOf("web", dev));
    const dispatcher = manage("dispatcher", programOf("dispatcher", dev));
    const [url] = await Promise.all([web.ready, dispatcher.ready]);
    return {
      url,
      failed: databaseEnd(postgres),
      restart: () => managed.forEach((one) => void one.restart()),
      stop: () => end((one) => one.stop()),
      kill: () => end((one) => one.kill()),
    };
  } catch (error) {
    await end((one) => one.stop());
    throw error;
  }
}

function startDatabase({ dataDir, print }: SystemOptions): Promise<RunningPostgres> {
  const folder = resolve(ROOT, dataDir, "postgres");
  print(formatLine("database", `starting PostgreSQL in ${folder}`));
  return startPostgres({ dataDir: folder });
}

function databaseEnd(postgres: RunningPostgres | undefined): Promise<string> {
  if (postgres === undefined) return Promise.withResolvers<string>().promise;
  return postgres.exited.then(() => "The database has ended.");
}

function programOf(name: "web" | "dispatcher", dev: boolean): string[] {
  if (!dev) return [join(BUNDLES, name, "main.js")];
  return [join(MILO, "src/server", name, "main.ts"), ...(name === "web" ? ["--dev"] : [])];
}

/** In a process of its own: what migrations load is large and needed only once. */
async function migrate(env: NodeJS.ProcessEnv, dev: boolean, print: (line: string) => void): Promise<void> {
  const program = dev ? join(ROOT, "scripts/start/migrate.ts") : join(BUNDLES, "migrate/main.js");
  const child = spawn(process.execPath, [program], { cwd: ROOT, env, stdio: ["ignore", "ignore", "pipe"] });
  let problem = "";
  child.stderr.on("data", (chunk) => (problem += chunk));
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(problem.trim() || "The migrations were interrupted.");
  print(formatLine("database", "its schema is current"));
}
