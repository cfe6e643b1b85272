import { join, resolve } from "node:path";

/** The repository's root. */
export const ROOT = resolve(import.meta.dirname, "../..");
export const MILO = join(ROOT, "apps/milo");
/** Where the bundles are; one level per level of src/server, so that paths relative to a file hold in both. */
export const BUNDLES = join(MILO, "dist/server");
