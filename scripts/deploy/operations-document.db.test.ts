import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTestDatabase } from "@milo/postgres/testing";
import { expect, it } from "vitest";
import { openDatabase } from "../../apps/milo/src/server/database/client.ts";
import { migrate } from "../../apps/milo/src/server/database/migrate.ts";
import { ROOT } from "../start/paths.ts";
import { NOT_PASSED_ON } from "./testing/pgbouncer.ts";

const DOCUMENT = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
const ROLE = "milo_of_the_document";

const blocksOf = (language: string) =>
  [...DOCUMENT.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

it("docs/operations.md has SQL that a database of milo takes", async () => {
  await using database = await createTestDatabase();
  await migrate(database.url);
  const sql = openDatabase(database.url, { applicationName: "test", maxConnections: 1 }).sql;
  const name = new URL(database.url).pathname.slice(1);
  const statements = blocksOf("sql").flatMap((block) => block.split(";").map((one) => one.trim()));
  const said = statements.filter((statement) => statement !== "");
  expect(said.length).toBeGreaterThanOrEqual(5);
  const [before] = await sql`SELECT attempt_secret FROM installation`;
  await sql
    .begin(async (tx) => {
      await tx.unsafe(`CREATE ROLE ${ROLE}`);
      for (const statement of said) {
        await tx.unsafe(statement.replace("ROLE milo IN DATABASE milo", `ROLE ${ROLE} IN DATABASE "${name}"`));
      }
      const [after] = await tx`SELECT attempt_secret FROM installation`;
      expect(after?.attempt_secret).toMatch(/^[0-9a-f]{64}$/);
      expect(after).not.toEqual(before);
      throw new Error("undone");
    })
    .catch((error: Error) => expect(error.message).toBe("undone"));
  await sql.end();
});

it("docs/operations.md has PgBouncer ignore just what the tests have it ignore", () => {
  const [settings = ""] = blocksOf("  ini").concat(blocksOf("ini"));
  expect(/ignore_startup_parameters = (\S+)/.exec(settings)?.[1]?.split(",")).toEqual(NOT_PASSED_ON);
});
