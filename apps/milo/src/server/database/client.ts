import postgres from "postgres";

export type Sql = postgres.Sql;
/** Inside `sql.begin`. */
export type Transaction = postgres.TransactionSql;
/** Where a statement may run: on its own or inside a transaction. */
export type Queryable = postgres.ISql;

export type Database = {
  sql: Sql;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** Shown in pg_stat_activity, e.g. `milo-dispatcher`. */
  applicationName: string;
  /** Most connections of this process. */
  maxConnections: number;
};

/**
 * Waiting for a lock longer than this is contention, never a failure: the caller skips this turn. Half the least
 * poll interval, so that a skipped pass comes back at once.
 */
const LOCK_TIMEOUT_MS = 500;
/** The longest any statement of milo may take; migrations use a connection of their own. */
export const STATEMENT_TIMEOUT_MS = 15_000;
/** A frozen replica must not hold a platform's row: its transaction is ended by the server after this. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 2_000;

/**
 * The one place where connections to PostgreSQL are made. Statements are written by hand: placement stands or falls
 * with their exact shape, and a Drizzle client on the same connections would change how JSON and times are read.
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const sql = postgres(url, {
    max: options.maxConnections,
    // The library's own back-off grows to 20 s and is shared by the pool: too long after a restart.
    backoff: () => 0.05 + Math.random() * 0.1,
    connect_timeout: 5,
    keep_alive: 10,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      lock_timeout: LOCK_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      tcp_keepalives_idle: 10,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 3,
    },
  });
  return { sql, close: () => sql.end({ timeout: 5 }) };
}

/** On a connection that several loops share nobody waits for a lock: the others would wait with him. */
const SINGLE_LOCK_TIMEOUT_MS = 50;

/**
 * Another client as `sql` is, with one connection of its own, which is made when it is first used. Closes at once. `sql`
 * must have been connected: it has asked for the array types, for which a new client would ask again and have nobody hear
 * of a failure, which ends the process.
 */
export function openSingle(sql: Sql): Database {
  const connection = { ...sql.options.connection, lock_timeout: SINGLE_LOCK_TIMEOUT_MS };
  // Options that were parsed before are taken as they are; the library opens so what it listens on.
  const parsed = { ...sql.options, max: 1, fetch_types: false, connection };
  const options = parsed as unknown as postgres.Options<Record<string, postgres.PostgresType>>;
  const single = postgres(options);
  return { sql: single, close: () => single.end({ timeout: 0 }) };
}
