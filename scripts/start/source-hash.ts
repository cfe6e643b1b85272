import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const NOT_BUILT = /\.(test|testkit)\.tsx?$|(^|\/)testing\//;

/** A hash of the files at and below the given paths that end up in a build: the same text, the same hash. */
export function hashSources(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of paths.flatMap((path) => listFiles(join(root, path))).sort()) {
    const name = relative(root, file);
    if (!NOT_BUILT.test(name)) hash.update(`\0${name}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function listFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
