import { createTestDatabase } from "@milo/postgres/testing";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import postgres from "postgres";
import { expect, it } from "vitest";
import { migrate } from "./migrate.ts";
import * as botEvents from "./schema/bot-events.ts";
import * as bots from "./schema/bots.ts";
import * as deploymentQueue from "./schema/deployment-queue.ts";
import * as deployments from "./schema/deployments.ts";
import * as platforms from "./schema/platforms.ts";
import * as processes from "./schema/processes.ts";

const schema = { ...bots, ...deploymentQueue, ...deployments, ...platforms, ...processes, ...botEvents };

/** What a database is made of, as PostgreSQL itself prints it. */
async function readCatalog(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const rows = await sql<{ line: string }[]>`
    SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
        coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('constraint %s.%s %s', c.relname, k.contype, pg_get_constraintdef(k.oid))
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      WHERE c.relnamespace = 'public'::regnamespace AND k.contype <> 'n'
    ORDER BY 1`;
  await sql.end();
  return rows.map((row) => row.line);
}

it("migrations and the Drizzle schema build the same database", async () => {
  await using migrated = await createTestDatabase({ migrate, key: "milo" });
  await using declared = await createTestDatabase();
  const sql = postgres(declared.url, { max: 1, onnotice: () => undefined });
  const empty = generateDrizzleJson({});
  for (const statement of await generateMigration(empty, generateDrizzleJson(schema, empty.id))) {
    await sql.unsafe(statement);
  }
  await sql.end();
  expect(await readCatalog(migrated.url)).toEqual(await readCatalog(declared.url));
});
