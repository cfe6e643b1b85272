/**
 * Copies packages and all that they need at run time from one node_modules to another, so that an image holds nothing
 * else. Optional packages are left out: of Next these are its compiler and its image resizer, which milo's console
 * does not use once it is built.
 *
 *   node deploy/docker/copy-packages.mjs <from> <to> <package>...
 */
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [from, to, ...wanted] = process.argv.slice(2);
const copied = new Set();

for (const name of wanted) {
  if (!existsSync(join(from, name))) throw new Error(`${name} is not in ${from}`);
  copyWithDependencies(name);
}
process.stdout.write(`${copied.size} packages: ${[...copied].sort().join(" ")}\n`);

/** A package that has versions of its own inside its folder brings them along. */
function copyWithDependencies(name) {
  const folder = join(from, name);
  if (copied.has(name) || !existsSync(folder)) return;
  copied.add(name);
  cpSync(folder, join(to, name), { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) copyWithDependencies(dependency);
}
