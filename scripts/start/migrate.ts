/**
 * Brings the database of DATABASE_URL to the schema of this milo, and ends. `npm start` runs it first; where web and
 * dispatcher run as containers of their own, run it before a new version of them.
 */
import { migrate } from "../../apps/milo/src/server/database/migrate.ts";
import { maskUrls } from "../../apps/milo/src/server/logging/mask-urls.ts";

const url = process.env.DATABASE_URL;
if (url === undefined || url === "") {
  console.error("DATABASE_URL must name the database to migrate. Example: DATABASE_URL=postgres://milo@localhost/milo");
  process.exit(1);
}
try {
  await migrate(url);
} catch (error) {
  console.error(
    `The database could not be migrated: ${maskUrls(error instanceof Error ? error.message : String(error))}`,
  );
  process.exit(1);
}
