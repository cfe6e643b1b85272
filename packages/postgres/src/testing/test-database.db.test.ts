import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "./test-database.ts";

async function query(url: string, text: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

describe("createTestDatabase", () => {
  it("builds the template once and gives each test its own copy", async () => {
    let builds = 0;
    const options = {
      key: "counting",
      migrate: async (url: string) => {
        builds++;
        await query(url, "create table marks (n integer); insert into marks values (1)");
      },
    };
    const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase(options)));
    for (const { url } of databases) await query(url, "insert into marks values (2)");

    expect(builds).toBe(1);
    for (const { url } of databases)
      expect(await query(url, "select n from marks order by n")).toEqual([{ n: 1 }, { n: 2 }]);
    for (const database of databases) await database[Symbol.asyncDispose]();
  });

  it("drops the database even when the test forgot a connection", async () => {
    const kept = postgres((await createAndForget()).url, { max: 1, onnotice: () => undefined });
    await expect(kept`select 1`).rejects.toThrow(/does not exist/);
    await kept.end();
  });

  it("builds again after a failed migration instead of handing out half of it", async () => {
    const key = "failing-first";
    const fail = async () => {
      throw new Error("no migration today");
    };
    await expect(createTestDatabase({ key, migrate: fail })).rejects.toThrow("no migration today");
    await using database = await createTestDatabase({
      key,
      migrate: async (url) => void (await query(url, "create table a ()")),
    });
    expect(await query(database.url, "select * from a")).toEqual([]);
  });
});

async function createAndForget() {
  await using database = await createTestDatabase();
  const forgotten = postgres(database.url, { max: 1, onnotice: () => undefined });
  await forgotten`select 1`;
  setTimeout(() => void forgotten.end({ timeout: 0 }), 0).unref();
  return { url: database.url };
}
