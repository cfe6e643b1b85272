/** Stands for milo in tests: starts the database, prints where it is, and on Ctrl-C uses it once more before stopping. */
import postgres from "postgres";
import { startPostgres } from "../start-postgres.ts";

const running = await startPostgres({ dataDir: process.argv[2] ?? "" });
const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const stayAlive = setInterval(() => undefined, 60_000);

process.once("SIGINT", async () => {
  const sql = postgres(running.url, { max: 1 });
  const [row] = await sql<{ one: number }[]>`select 1 as one`;
  await sql.end();
  print({ answerAfterInterrupt: row?.one });
  await running.stop();
  clearInterval(stayAlive);
});

print({ url: running.url, hostPid: running.hostPid });
