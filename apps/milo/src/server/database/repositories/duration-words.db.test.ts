import { formatDuration } from "@milo/placement";
import { createTestDatabase } from "@milo/postgres/testing";
import postgres from "postgres";
import { expect, it } from "vitest";
import { durationWords } from "./duration-words.ts";

const LENGTHS_S = [
  0, 0.4, 6.04, 59.5, 60, 72.2, 125, 1050.3, 3599.4, 3599.6, 3600, 7_530, 86_399, 86_400, 90_061, 200_000,
];

it("the database says lengths of time as everything else does", async () => {
  await using database = await createTestDatabase();
  const sql = postgres(database.url, { max: 1 });
  const said: string[] = [];
  for (const seconds of LENGTHS_S) {
    const [row] = await sql`SELECT ${durationWords(sql, sql`make_interval(secs => ${seconds}::float8)`)} AS words`;
    said.push(String(row?.words));
  }
  await sql.end();
  expect(said).toEqual(LENGTHS_S.map((seconds) => formatDuration(seconds * 1_000)));
});
