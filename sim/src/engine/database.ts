import { type Database, openDatabase, type Sql } from "@milo/milo/server/database/client.ts";
import { migrate } from "@milo/milo/server/database/migrate.ts";
import { LOOK } from "../checks/snapshot.ts";

/** Replaces the text of one SQL function of the simulation's database. */
export type FunctionEdit = { name: string; find: string | RegExp; replace: string };

const VIRTUAL_TIME = `
  CREATE SEQUENCE sim_clock;
  CREATE OR REPLACE FUNCTION milo_now() RETURNS timestamp with time zone LANGUAGE sql STABLE AS
    $$ SELECT timestamptz 'epoch' + (SELECT last_value FROM sim_clock) * interval '1 millisecond' $$`;

/** Counts changes, so that a step that changed nothing costs no look at everything. */
const CHANGE_COUNTER = `
  CREATE SEQUENCE sim_changes;
  CREATE FUNCTION sim_count_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('sim_changes'); RETURN NULL; END $$;
  ${["bots", "deployment_queue", "deployments", "platforms"]
    .map(
      (table) => `CREATE TRIGGER sim_count_change AFTER INSERT OR UPDATE OR DELETE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION sim_count_change();`,
    )
    .join("\n")}`;

/**
 * Between the count and the claim of an admission stands a gate, which a race closes to look for what another
 * admission may do in between. The healthy function is tested with the same gate as a sabotaged one.
 */
const ADMISSION_GATE: FunctionEdit = {
  name: "milo_admit",
  find: /(v_free := least\(milo_room\(v_platform, v_used, v_launching, v_now\), p_most\);)/,
  replace: "PERFORM pg_advisory_xact_lock_shared(hashtext(p_dispatcher));\n\t$1",
};

/** Brings an empty database to milo's schema, with virtual time and the gate, and with the edits of a sabotage. */
export async function prepareDatabase(url: string, edits: readonly FunctionEdit[] = []): Promise<void> {
  await migrate(url);
  const { sql, close } = openDatabase(url, { applicationName: "milo-sim-setup", maxConnections: 1 });
  try {
    await sql.unsafe(VIRTUAL_TIME);
    await sql.unsafe(CHANGE_COUNTER);
    await sql.unsafe(LOOK);
    for (const edit of [ADMISSION_GATE, ...edits]) await editFunction(sql, edit);
  } finally {
    await close();
  }
}

/** Throws when the text is not there: a sabotage that changes nothing would pass for a healthy milo. */
export async function editFunction(sql: Sql, edit: FunctionEdit): Promise<void> {
  const [row] = await sql<{ definition: string }[]>`
    SELECT pg_get_functiondef(oid) AS definition FROM pg_proc WHERE proname = ${edit.name}`;
  const definition = row?.definition ?? "";
  const edited = definition.replace(edit.find, edit.replace);
  if (edited === definition) throw new Error(`Nothing to replace in ${edit.name}: ${edit.find}`);
  await sql.unsafe(edited);
}

/** One connection, one server process. Lock waits are for the race to judge, so none may end by time. */
export type Connection = { sql: Sql; pid: number; close(): Promise<void> };

export async function connect(url: string, applicationName: string): Promise<Connection> {
  const database: Database = openDatabase(url, { applicationName, maxConnections: 1 });
  const { sql } = database;
  await sql`SELECT set_config('lock_timeout', '60s', false), set_config('statement_timeout', '60s', false),
    set_config('idle_in_transaction_session_timeout', '60s', false), set_config('deadlock_timeout', '100ms', false),
    set_config('synchronous_commit', 'off', false), set_config('jit', 'off', false)`;
  const [row] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  return { sql, pid: row?.pid ?? 0, close: database.close };
}
