import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What milo's connections ask for at their start and PgBouncer does not pass on: docs/operations.md has it by role. */
export const NOT_PASSED_ON = [
  ...["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"],
  ...["tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count"],
];

/** Its version; null where there is none. */
export function findPgBouncer(): string | null {
  const { status, stdout } = spawnSync("pgbouncer", ["--version"], { encoding: "utf8" });
  return status === 0 ? (stdout.split("\n")[0] ?? "") : null;
}

/** A PgBouncer before the database of `url`; answers the address of the same database through it. */
export async function startPgBouncer(url: string, poolMode: "session" | "transaction") {
  const target = new URL(url);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "milo-pgbouncer-"));
  const file = join(folder, "pgbouncer.ini");
  const name = target.pathname.slice(1);
  const password = target.password === "" ? "" : ` password=${decodeURIComponent(target.password)}`;
  const lines = [
    "[databases]",
    `${name} = host=${target.hostname} port=${target.port || 5432} user=${target.username}${password}`,
    ...["[pgbouncer]", "listen_addr = 127.0.0.1", `listen_port = ${port}`, "auth_type = any", "unix_socket_dir ="],
    ...[`pool_mode = ${poolMode}`, "default_pool_size = 60", "max_client_conn = 200"],
    `ignore_startup_parameters = ${NOT_PASSED_ON.join(",")}`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  chmodSync(folder, 0o755);
  // It refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("pgbouncer", [...asUser, file], { stdio: "ignore" });
  await untilListening(port, child);
  return {
    url: `postgres://${target.username}@127.0.0.1:${port}/${name}`,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.end());
    });
    if (open) return;
    await delay(20);
  }
}
