import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "@milo/postgres/testing";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { mendPostgres } from "./mend-postgres.ts";
import { ROOT } from "./paths.ts";

/**
 * Loses its connection between two statements of a transaction, which the database ends, then uses its pool again; the
 * second time before the transaction's next statement, which must not run in the connection that took the lost one's place.
 */
const LOST_IN_A_TRANSACTION = `
  import postgres from "postgres";
  const sql = postgres(process.argv[2], { max: 1, onnotice: () => undefined });
  const other = postgres(process.argv[2], { max: 1 });
  const last = Promise.withResolvers();
  const noted = Promise.withResolvers();
  const lose = async (tx) => {
    const [{ pid }] = await tx\`SELECT pg_backend_pid() AS pid\`;
    await other\`SELECT pg_terminate_backend(\${pid}, 5000)\`;
    await noted.promise;
  };
  const begun = sql.begin(async (tx) => {
    await lose(tx);
    await tx\`SELECT 1\`.then(last.reject, last.resolve);
  });
  await begun.catch(noted.resolve);
  const { code: lost } = await last.promise;
  const [{ works }] = await sql\`SELECT true AS works\`;
  const late = Promise.withResolvers();
  const again = sql.begin(async (tx) => {
    await lose(tx);
    await sql\`SELECT 1\`;
    await tx\`CREATE TABLE late ()\`.then(() => late.resolve("ran"), ({ code }) => late.resolve(code));
  });
  await again.catch(() => undefined);
  console.log(JSON.stringify({ lost, works, late: await late.promise }));
  process.exit();
`;

/** Loses its first connection while the library asks for array types, then uses its pool again. */
const LOST_AT_ITS_START = `
  import { connect, createServer } from "node:net";
  import postgres from "postgres";
  const { hostname, port } = new URL(process.argv[2]);
  let isCut = false;
  const proxy = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    for (const socket of [inner, outer]) socket.on("error", () => undefined);
    outer.pipe(inner);
    inner.on("data", (chunk) => {
      if (isCut || !chunk.includes("typarray")) return void outer.write(chunk);
      isCut = true;
      inner.resetAndDestroy();
    });
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const through = new URL(process.argv[2]);
  through.host = "127.0.0.1:" + proxy.address().port;
  const sql = postgres(through.href, { max: 1, onnotice: () => undefined });
  const lost = await sql\`SELECT 1\`.then(() => null, ({ code }) => code);
  const [{ works }] = await sql\`SELECT ARRAY['a', 'b'] AS works\`;
  console.log(JSON.stringify({ lost, works }));
  process.exit();
`;

/**
 * Falls silent in a transaction that holds a row, once the server has described the next statement, as a process that
 * freezes there does; then waits for the row. Statements that the server refuses, before and behind a description, and ones
 * that the library itself cannot send, leave the connection as good as it was.
 */
const FROZEN_IN_A_DESCRIPTION = `
  import { connect, createServer } from "node:net";
  import postgres from "postgres";
  const { hostname, port } = new URL(process.argv[2]);
  let isArmed = false;
  let isSilent = false;
  const proxy = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    for (const socket of [inner, outer]) socket.on("error", () => undefined);
    outer.on("close", () => inner.destroy());
    inner.on("data", (chunk) => isSilent || outer.write(chunk));
    outer.on("data", (chunk) => {
      isSilent ||= isArmed;
      if (!isSilent) inner.write(chunk);
    });
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const through = new URL(process.argv[2]);
  through.host = "127.0.0.1:" + proxy.address().port;
  const connection = { idle_in_transaction_session_timeout: 500, statement_timeout: 15000 };
  const sql = postgres(through.href, { max: 1, connection, onnotice: () => undefined });
  const other = postgres(process.argv[2], { max: 1 });
  const refuse = (asked) => asked.then(() => "none", ({ code, name }) => code ?? name);
  await other\`CREATE TABLE held (id int PRIMARY KEY, seen int)\`;
  await other\`INSERT INTO held VALUES (1, 0)\`;
  const refused = [
    await refuse(sql\`SELECT \${1} FROM nowhere\`),
    await refuse(sql\`SELECT 1 / \${0}::int\`),
    await refuse(sql\`SELECT \${"x"}::int\`),
    await refuse(sql\`SELECT \${Symbol("x")}::int\`),
  ];
  const both = await Promise.all([sql\`SELECT \${4}::int AS n\`, sql\`SELECT \${5}::int AS n\`, sql\`SELECT 6 AS n\`]);
  const begun = sql.begin(async (tx) => {
    await tx\`UPDATE held SET seen = \${1} WHERE id = \${1}\`;
    isArmed = true;
    await tx\`UPDATE held SET seen = \${2}::int WHERE id = \${1}::int\`;
  });
  const lost = await refuse(begun);
  const [{ seen }] = await other\`SELECT seen FROM held WHERE id = 1 FOR UPDATE\`;
  console.log(JSON.stringify({ refused, answers: both.map(([{ n }]) => n), lost, seen }));
  process.exit();
`;

/**
 * Is told of an error between what the server says of a statement's parameters and that it is ready, as when that statement is
 * cancelled just there: the server is a script here, as a real one has no such place to halt. What it ran is its own record.
 */
const CANCELLED_IN_A_DESCRIPTION = `
  import { createServer } from "node:net";
  import postgres from "postgres";
  const say = (type, ...parts) => {
    const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const READY = say("Z", "I");
  const ran = [];
  const server = createServer((socket) => {
    let rest = Buffer.alloc(0), isStarted = false, isSkipping = false, isCancelled = false, text = "", value = "";
    const take = (type, body) => {
      if (type === "S") {
        isSkipping = false;
        return socket.write(READY);
      }
      if (isSkipping) return;
      if (type === "P") {
        text = body.toString("latin1");
        socket.write(say("1"));
      } else if (type === "D") {
        socket.write(say("t", [0, 1, 0, 0, 0, 25]));
        if (text.includes("cancelled") && !isCancelled) {
          isCancelled = isSkipping = true;
          return socket.write(say("E", "SERROR\\0C57014\\0Mcancelled\\0\\0"));
        }
        socket.write(say("T", [0, 1], "v\\0", new Array(6).fill(0), [0, 0, 0, 25], new Array(8).fill(0)));
      } else if (type === "B") {
        const at = body.indexOf("=");
        value = body.subarray(at, at + 2).toString();
        socket.write(say("2"));
      } else if (type === "E") {
        ran.push(value);
        socket.write(Buffer.concat([say("D", [0, 1, 0, 0, 0, 2], value), say("C", "SELECT 1\\0")]));
      }
    };
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      if (!isStarted) {
        isStarted = true;
        rest = rest.subarray(rest.readInt32BE(0));
        socket.write(Buffer.concat([say("R", [0, 0, 0, 0]), say("K", new Array(8).fill(0)), READY]));
      }
      while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
        const end = rest.readInt32BE(1) + 1;
        const message = rest.subarray(0, end);
        rest = rest.subarray(end);
        take(String.fromCharCode(message[0]), message.subarray(5));
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = "postgres://milo:milo@127.0.0.1:" + server.address().port + "/milo";
  const sql = postgres(url, { max: 1, fetch_types: false });
  const ask = (asked) => asked.then(([row]) => row.v, ({ code, message }) => code ?? message);
  const answers = await Promise.all([
    ask(sql\`SELECT \${"=a"} -- cancelled\`),
    ask(sql\`SELECT \${"=b"} -- second\`),
    ask(sql\`SELECT \${"=c"} -- third\`),
  ]);
  console.log(JSON.stringify({ answers, ran }));
  process.exit();
`;

async function runMended(program: string): Promise<{ code: unknown; output: unknown }> {
  await using database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), "milo-mend-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    stdin: { contents: program, resolveDir: ROOT },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    plugins: [mendPostgres],
  });
  const child = spawn(process.execPath, [outfile, database.url], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, output: code === 0 ? JSON.parse(output) : output };
}

it("survives a connection that is lost in a transaction, and uses its place in the pool again", async () => {
  const output = { lost: "CONNECTION_CLOSED", works: true, late: "CONNECTION_CLOSED" };
  expect(await runMended(LOST_IN_A_TRANSACTION)).toEqual({ code: 0, output });
});

it("survives a connection that is lost while it starts, and reads arrays on the next", async () => {
  const output = { lost: "ECONNRESET", works: ["a", "b"] };
  expect(await runMended(LOST_AT_ITS_START)).toEqual({ code: 0, output });
});

it("leaves no row locked for as long as it is frozen while the server describes a statement of its transaction", async () => {
  const refused = ["42P01", "22012", "22P02", "TypeError"];
  const output = { refused, answers: [4, 5, 6], lost: "CONNECTION_CLOSED", seen: 0 };
  expect(await runMended(FROZEN_IN_A_DESCRIPTION)).toEqual({ code: 0, output });
});

it("runs nothing that it said had failed while the server described it, and gives each question its own answer", async () => {
  const output = { answers: ["57014", "=b", "=c"], ran: ["=b", "=c"] };
  expect(await runMended(CANCELLED_IN_A_DESCRIPTION)).toEqual({ code: 0, output });
});
