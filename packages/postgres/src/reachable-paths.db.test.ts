import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sharedClusterParent } from "./reachable-paths.ts";
import { startPostgres } from "./start-postgres.ts";

let closed = "";
let dataDir = "";

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip("Only root has to lend the server another user.");
  closed = mkdtempSync(join(tmpdir(), "milo-closed-")); // mkdtemp makes it closed to others.
  dataDir = join(closed, "data");
});

afterEach(() => {
  if (closed === "") return;
  rmSync(sharedClusterParent(dataDir), { recursive: true, force: true });
  rmSync(closed, { recursive: true, force: true });
});

async function one(url: string) {
  const sql = postgres(url, { max: 1 });
  try {
    return await sql`select count(*)::int as n from pg_class where relname = 'kept'`;
  } finally {
    await sql.end();
  }
}

describe("a data folder that only root may enter", () => {
  it("has its database where the server's user can reach it, and finds it again", async () => {
    {
      await using first = await startPostgres({ dataDir });
      const sql = postgres(first.url, { max: 1 });
      await sql`create table kept ()`;
      await sql.end();
    }
    expect(statSync(join(sharedClusterParent(dataDir), "cluster")).uid).not.toBe(0);
    await using second = await startPostgres({ dataDir });
    expect(await one(second.url)).toEqual([{ n: 1 }]);
  });

  it("never gets a second, empty database when it was closed after the first was made", async () => {
    mkdirSync(join(dataDir, "cluster"), { recursive: true });
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      `${closed} is closed to others. Open it with: chmod o+x ${closed}`,
    );
    expect(existsSync(sharedClusterParent(dataDir))).toBe(false);
  });
});
