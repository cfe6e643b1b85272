import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@milo/postgres/testing";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate, readJournal, requireCurrentSchema } from "./migrate.ts";

const DRIZZLE = fileURLToPath(new URL("../../../drizzle", import.meta.url));

/** A copy of the migrations that ends at `last`, as an older milo shipped them. */
function migrationsUpTo(last: number): string {
  const folder = mkdtempSync(join(tmpdir(), "milo-migrations-"));
  cpSync(DRIZZLE, folder, { recursive: true });
  const journal = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8"));
  journal.entries = journal.entries.filter((entry: { idx: number }) => entry.idx <= last);
  writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify(journal));
  return folder;
}

describe("the journal", () => {
  it("has strictly increasing times, since a migration with an older one would be skipped in silence", () => {
    const times = readJournal().map((entry) => entry.when);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });
});

describe("migrate", () => {
  it("may be run by four processes at once", async () => {
    await using database = await createTestDatabase();
    await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));
    const sql = postgres(database.url, { max: 1 });
    await requireCurrentSchema(sql);
    await sql.end();
  });

  it("refuses a database that a newer milo has migrated, with a sentence", async () => {
    await using database = await createTestDatabase({ migrate, key: "milo" });
    const older = migrationsUpTo(20);
    await expect(migrate(database.url, older)).rejects.toThrow(/newer milo/);
    rmSync(older, { recursive: true });
  });

  it("lets no process run on an older schema", async () => {
    await using database = await createTestDatabase();
    const older = migrationsUpTo(20);
    await migrate(database.url, older);
    const sql = postgres(database.url, { max: 1 });
    await expect(requireCurrentSchema(sql)).rejects.toThrow(/older than this milo/);
    await sql.end();
    rmSync(older, { recursive: true });
  });
});

describe("an upgrade by one migration, and the way back", () => {
  it("refuses to run before it, keeps what was there, and goes back by the backup made before it alone", async () => {
    const [before, newest] = readJournal().slice(-2);
    if (before === undefined || newest === undefined) throw new Error("fewer than two migrations");
    const previous = migrationsUpTo(before.idx);
    await using database = await createTestDatabase();
    await migrate(database.url, previous);
    const name = new URL(database.url).pathname.slice(1);
    const backup = new URL(database.url);
    backup.pathname = `/${name}_backup`;
    const sql = postgres(database.url, { max: 1 });
    await sql`INSERT INTO bots (name, meeting_platform, meeting_url) VALUES ('kept', 'zoom', 'https://zoom.example/j/1')`;
    await expect(requireCurrentSchema(sql)).rejects.toThrow(
      "The database schema is older than this milo. Run the migrations first",
    );
    await sql.end();
    const admin = postgres({ ...connectionOf(database.url), database: "postgres", max: 1 });
    await admin.unsafe(`CREATE DATABASE "${name}_backup" TEMPLATE "${name}"`);

    await migrate(database.url);
    const upgraded = postgres(database.url, { max: 1 });
    await requireCurrentSchema(upgraded);
    expect(await upgraded`SELECT name FROM bots`).toEqual([{ name: "kept" }]);
    await upgraded.end();
    await expect(migrate(database.url, previous)).rejects.toThrow(
      "The database was migrated by a newer milo than this one. Start that version, or restore the backup",
    );
    await migrate(backup.href, previous);
    const restored = postgres(backup.href, { max: 1 });
    expect(await restored`SELECT name FROM bots`).toEqual([{ name: "kept" }]);
    await restored.end();
    await admin.unsafe(`DROP DATABASE "${name}_backup"`);
    await admin.end();
    rmSync(previous, { recursive: true });
  });
});

function connectionOf(url: string) {
  const { hostname: host, port, username: user, password } = new URL(url);
  return { host, port: Number(port), user: decodeURIComponent(user), password: decodeURIComponent(password) };
}

describe("upgrading a database of before hybrid platforms", () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let sql: postgres.Sql;
  const bots = async (name: string) =>
    (await sql`SELECT * FROM bots WHERE name = ${name}`)[0] as Record<string, unknown>;
  const entries = (name: string) =>
    sql`SELECT q.* FROM deployment_queue q JOIN bots b ON b.id = q.bot_id WHERE b.name = ${name} ORDER BY q.id`;
  const deployments = (name: string) =>
    sql`SELECT d.* FROM deployments d JOIN bots b ON b.id = d.bot_id WHERE b.name = ${name}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    const baseline = migrationsUpTo(17);
    await migrate(database.url, baseline);
    rmSync(baseline, { recursive: true });
    const old = postgres(database.url, { max: 1 });
    await old.unsafe(`
      INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, platform_identifier) VALUES
        ('waiting', 'zoom', 'https://zoom.example/1', 'DEPLOYING', 'coolify', NULL),
        ('twice', 'zoom', 'https://zoom.example/2', 'DEPLOYING', NULL, NULL),
        ('overdue', 'zoom', 'https://zoom.example/3', 'DEPLOYING', NULL, NULL),
        ('final waiting', 'zoom', 'https://zoom.example/4', 'DONE', NULL, NULL),
        ('assigned', 'zoom', 'https://zoom.example/5', 'IN_CALL', 'coolify', 'app-5'),
        ('running on k8s', 'zoom', 'https://zoom.example/6', 'IN_CALL', 'k8s', 'job-6'),
        ('done on aws', 'zoom', 'https://zoom.example/7', 'DONE', 'aws', 'arn-7'),
        ('running and waiting', 'zoom', 'https://zoom.example/8', 'IN_CALL', 'k8s', 'job-8'),
        ('nowhere', 'zoom', 'https://zoom.example/9', 'DEPLOYING', NULL, NULL),
        ('local', 'zoom', 'https://zoom.example/10', 'IN_CALL', 'local', 'pid-10'),
        ('queued nowhere', 'zoom', 'https://zoom.example/11', 'QUEUED', NULL, NULL),
        ('queued with a container', 'zoom', 'https://zoom.example/12', 'QUEUED', 'coolify', 'app-12');
      INSERT INTO bot_pool_queue (bot_id, priority, queued_at, timeout_at, status)
        SELECT id, 100, '2026-01-02 03:04:05', '2099-01-02 03:14:05', 'waiting' FROM bots
        WHERE name IN ('waiting', 'final waiting', 'running and waiting', 'queued with a container');
      INSERT INTO bot_pool_queue (bot_id, priority, queued_at, timeout_at, status)
        SELECT id, 7, timestamp '2026-01-02 03:00:00', timestamp '2099-01-01 00:00:00', 'waiting' FROM bots WHERE name = 'twice'
        UNION ALL SELECT id, 8, '2026-01-01 00:00:00', '2099-01-01 00:00:00', 'waiting' FROM bots WHERE name = 'twice'
        UNION ALL SELECT id, 100, '2026-01-02 03:00:00', '2026-01-02 03:10:00', 'waiting' FROM bots WHERE name = 'overdue'
        UNION ALL SELECT id, 100, '2026-01-02 03:00:00', '2099-01-01 00:00:00', 'assigned' FROM bots WHERE name = 'assigned';
    `);
    await old.end();
    // The times were written as UTC; a session elsewhere must not read them as its own.
    const name = database.name;
    const elsewhere = postgres(database.url, { max: 1 });
    await elsewhere.unsafe(`ALTER DATABASE ${name} SET timezone = 'Asia/Tokyo'`);
    await elsewhere.end();
    await migrate(database.url);
    sql = postgres(database.url, { max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await database[Symbol.asyncDispose]();
  });

  it("carries a waiting row over with its times, in the global stage, its bot QUEUED", async () => {
    const [entry] = await entries("waiting");
    expect(entry).toMatchObject({
      status: "WAITING",
      stage: "global",
      priority: 100,
      open_to: ["k8s", "aws", "coolify"],
    });
    expect(entry?.queued_at).toEqual(new Date("2026-01-02T03:04:05Z"));
    expect(entry?.timeout_at).toEqual(new Date("2099-01-02T03:14:05Z"));
    expect(await bots("waiting")).toMatchObject({ status: "QUEUED", deployment_platform: null });
  });

  it("keeps the older of two rows for one bot", async () => {
    const rows = await entries("twice");
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ priority: 8, queued_at: new Date("2026-01-01T00:00:00Z") });
  });

  it("carries a row past its deadline over, to expire at the first pass with a reason", async () => {
    const { expireEntries } = await import("./repositories/expire-entries.ts");
    expect(await entries("overdue")).toMatchObject([{ status: "WAITING" }]);
    expect(await expireEntries(sql, 100)).toBe(1);
    expect(await entries("overdue")).toMatchObject([{ status: "EXPIRED" }]);
    const bot = await bots("overdue");
    expect(bot).toMatchObject({ status: "FATAL", status_code: "QUEUE_TIMEOUT" });
    expect(bot.status_reason).toMatch(/No slot came free/);
  });

  it("does not carry rows that wait for nothing: not waiting, or of a final bot", async () => {
    expect(await entries("final waiting")).toHaveLength(0);
    expect(await bots("final waiting")).toMatchObject({ status: "DONE" });
    expect(await entries("assigned")).toHaveLength(0);
  });

  it("gives active bots with a platform a deployment, so that day one counts right", async () => {
    const [installation] = await sql`SELECT id FROM installation`;
    const bot = await bots("running on k8s");
    expect(await deployments("running on k8s")).toMatchObject([
      {
        phase: "RUNNING",
        attempt: 1,
        platform: "k8s",
        platform_identifier: "job-6",
        slot_no: null,
        launch_key: `bot-${installation?.id}-${bot.id}-a1`,
      },
    ]);
    expect(await deployments("assigned")).toHaveLength(1);
    expect(await deployments("done on aws")).toHaveLength(0);
  });

  it("never queues a bot whose container is known to run: it keeps its slot instead", async () => {
    expect(await entries("running and waiting")).toHaveLength(0);
    expect(await bots("running and waiting")).toMatchObject({ status: "IN_CALL" });
    expect(await deployments("running and waiting")).toHaveLength(1);
  });

  it.each(["nowhere", "local", "queued nowhere"])(
    "ends, with a reason, a bot %s that could never end by itself",
    async (name) => {
      const bot = await bots(name);
      expect(bot).toMatchObject({ status: "FATAL", status_code: "UPGRADED" });
      expect(bot.status_reason).toMatch(/could|was not final/);
    },
  );

  it("leaves no bot that is not final without somebody to act on it", async () => {
    const stuck = await sql`
      SELECT b.name FROM bots b WHERE b.status NOT IN ('DONE', 'FATAL', 'CANCELLED')
        AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.bot_id = b.id AND d.phase <> 'ENDED')
        AND NOT EXISTS (SELECT 1 FROM deployment_queue q WHERE q.bot_id = b.id AND q.status IN ('WAITING', 'PROCESSING'))`;
    expect([...stuck]).toEqual([]);
  });

  it("counts a container that its bot's waiting row would have hidden", async () => {
    expect(await entries("queued with a container")).toHaveLength(0);
    expect(await deployments("queued with a container")).toMatchObject([
      { phase: "RUNNING", platform_identifier: "app-12" },
    ]);
    expect(await bots("queued with a container")).toMatchObject({ status: "DEPLOYING" });
  });

  it("drops the old queue", async () => {
    const [row] = await sql`SELECT to_regclass('bot_pool_queue') AS name`;
    expect(row?.name).toBeNull();
  });
});
