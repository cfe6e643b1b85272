/**
 * Copies packages and all that they need at run time from one node_modules to another, so that an image holds nothing
 * else. Optional packages are left out: of Next these are its compiler and its image resizer, which milo's console
 * does not use once it is built.
 *
 *   node deploy/docker/copy-packages.ts <from> <to> <package>...
 */
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Names of the packages and of all that they depend on. Throws when one of `wanted` is not in `folder`. */
export function listPackages(folder: string, wanted: readonly string[]): string[] {
  const missing = wanted.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) throw new Error(`not in ${folder}: ${missing.join(", ")}`);
  const found = new Set<string>();
  const add = (name: string) => {
    // What is not at the top is inside the package that wants it, and is copied with that.
    if (found.has(name) || !existsSync(join(folder, name))) return;
    found.add(name);
    const manifest = readFileSync(join(folder, name, "package.json"), "utf8");
    const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
    for (const dependency of Object.keys(dependencies)) add(dependency);
  };
  wanted.forEach(add);
  return [...found].sort();
}

if (import.meta.main) {
  const [from = "", to = "", ...wanted] = process.argv.slice(2);
  const packages = listPackages(from, wanted);
  for (const name of packages) cpSync(join(from, name), join(to, name), { recursive: true });
  process.stdout.write(`${packages.length} packages: ${packages.join(" ")}\n`);
}
