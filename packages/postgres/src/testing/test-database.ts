import { createHash, randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Connection string of the run's throwaway PostgreSQL. */
    postgresAdminUrl: string;
  }
}

export interface TestDatabaseOptions {
  /**
   * Brings an empty database to the state each test database starts from, e.g. all migrations. It runs once per run
   * and key; the databases are copies of its result. It must close its connections before it returns.
   */
  migrate?: (url: string) => Promise<void>;
  /** Tells templates apart when several `migrate` functions share a name. Default: the function's name. */
  key?: string;
}

export interface TestDatabase extends AsyncDisposable {
  url: string;
  name: string;
}

/**
 * A database of the test's own in the run's throwaway cluster; `await using` drops it, together with connections
 * that were left open. Only for projects with the PostgreSQL global setup (db, contract, sim).
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const adminUrl = inject("postgresAdminUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await withAdmin(adminUrl, async (sql) => {
    const template = options.migrate === undefined ? "template0" : await ensureTemplate(sql, adminUrl, options);
    await sql`create database ${sql(name)} template ${sql(template)} strategy wal_log`;
  });
  return {
    name,
    url: urlOf(adminUrl, name),
    [Symbol.asyncDispose]: () =>
      withAdmin(adminUrl, async (sql) => {
        await sql`drop database if exists ${sql(name)} with (force)`;
      }),
  };
}

type Sql = ReturnType<typeof postgres>;

/** Builds the template unless another worker has; a half-built one is never seen under its final name. */
async function ensureTemplate(sql: Sql, adminUrl: string, options: TestDatabaseOptions): Promise<string> {
  const { migrate } = options;
  if (migrate === undefined) return "template0";
  const key = options.key ?? (migrate.name || migrate.toString());
  const name = `template_${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
  const lockKey = `milo-test-template-${name}`;
  await sql`select pg_advisory_lock(hashtextextended(${lockKey}, 0))`;
  try {
    const found = await sql`select 1 from pg_database where datname = ${name}`;
    if (found.length === 0) await buildTemplate(sql, adminUrl, name, migrate);
  } finally {
    await sql`select pg_advisory_unlock(hashtextextended(${lockKey}, 0))`;
  }
  return name;
}

async function buildTemplate(sql: Sql, adminUrl: string, name: string, migrate: (url: string) => Promise<void>) {
  const partial = `${name}_partial`;
  await sql`drop database if exists ${sql(partial)} with (force)`;
  await sql`create database ${sql(partial)} template template0 strategy wal_log`;
  await migrate(urlOf(adminUrl, partial));
  await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${partial}`;
  await sql`alter database ${sql(partial)} rename to ${sql(name)}`;
}

async function withAdmin<T>(adminUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
