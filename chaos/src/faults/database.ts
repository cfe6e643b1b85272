import { type Database, openDatabase } from "@milo/milo/server/database/client.ts";
import type { Fault, FaultContext } from "./fault.ts";

const SHORT_MS = [500, 4_000] as const;
const SNAPSHOT_MS = [5_000, 20_000] as const;
/** More than max_connections: milo's own come on top. */
const MOST_CONNECTIONS = 130;
const HOLDER = { applicationName: "chaos-holder", maxConnections: 1 };

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: "restart database",
    family: "database",
    weight: 2,
    async run({ stack, random, count }) {
      count("restart database");
      await stack.postgres.restart(random.integer(...SHORT_MS));
    },
  },
  {
    name: "kill database",
    family: "database",
    weight: 2,
    async run({ stack, count }) {
      count("kill database");
      await stack.postgres.crash();
    },
  },
  {
    name: "terminate backends",
    family: "database",
    weight: 4,
    async run({ stack, random, count }) {
      const share = random.pick([0.3, 1]);
      await stack.postgres.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name LIKE 'milo-%' AND random() < ${share}`;
      count("terminate backends");
    },
  },
  { name: "exhaust connections", family: "database", weight: 2, run: exhaust },
  { name: "hold old snapshot", family: "database", weight: 2, run: holdSnapshot },
];

/** Takes every connection the server has left, then throws milo's out: none of them comes back in until it is over. */
async function exhaust({ stack, random, count, pause }: FaultContext): Promise<void> {
  const held: Database[] = [];
  stack.postgres.setExhausted(true);
  try {
    for (let index = 0; index < MOST_CONNECTIONS; index++) {
      const one = openDatabase(stack.postgres.url, HOLDER);
      held.push(one);
      try {
        await one.sql`SELECT 1`;
      } catch {
        break;
      }
    }
    count("exhaust connections");
    await stack.postgres.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name LIKE 'milo-%' AND random() < 0.5`;
    await pause(random.integer(...SHORT_MS));
  } finally {
    await Promise.all(held.map((one) => one.close()));
    stack.postgres.setExhausted(false);
  }
}

/** Rows that die meanwhile cannot be cleared away, and every index scan walks over them. */
async function holdSnapshot({ stack, random, count, pause }: FaultContext): Promise<void> {
  const { sql, close } = openDatabase(stack.postgres.url, HOLDER);
  try {
    await sql`SET idle_in_transaction_session_timeout = 0`;
    await sql.begin("ISOLATION LEVEL REPEATABLE READ", async (tx) => {
      await tx`SELECT count(*) FROM deployments`;
      count("hold old snapshot");
      await pause(random.integer(...SNAPSHOT_MS));
    });
  } catch {
    // The database went away meanwhile, and the snapshot with it.
  } finally {
    await close();
  }
}
