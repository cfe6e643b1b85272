/**
 * Writes the documents that are printed from the code.
 *
 *   npm run docs             writes those that changed
 *   npm run docs -- --check  only says which are stale
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { findStaleDocs, GENERATED_DOCS } from "./docs/generated-docs.ts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const stale = await findStaleDocs(GENERATED_DOCS, (file) => (existsSync(file) ? readFileSync(file, "utf8") : null));

for (const { file, text } of stale) {
  if (values.check) {
    console.log(`${file} is stale: run \`npm run docs\`.`);
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`Wrote ${file}.`);
}
if (values.check && stale.length > 0) process.exitCode = 1;
