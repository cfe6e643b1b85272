/**
 * The software bill of materials: every package that production may hold, as CycloneDX, by `npm sbom` from the lock file.
 *
 *   npm run --silent sbom > milo.cdx.json   prints it
 *   npm run sbom -- --out dist/milo.cdx.json
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../start/paths.ts";
import { runNpm } from "./run-npm.ts";

/** How npm marks what only tools need. */
const DEVELOPMENT = "cdx:npm:package:development";

export type Sbom = {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { "bom-ref": string; name: string; version: string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
};
type Component = {
  "bom-ref": string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: string }[];
  properties?: { name: string; value: string }[];
};

/** Reads the lock file alone: what is installed here does not change it. @throws with npm's words */
export function makeSbom(): Sbom {
  const { code, stdout, stderr } = runNpm(["sbom", "--sbom-format=cyclonedx", "--package-lock-only"]);
  if (code !== 0) throw new Error(`npm sbom failed: ${stderr}`);
  const sbom = JSON.parse(stdout) as Sbom;
  const { name } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { name: string };
  // npm calls it by the folder that it is cloned into.
  sbom.metadata.component.name = name;
  return withoutTools(sbom);
}

/** npm's own `--omit=dev` drops what the root's tools and milo both depend on, such as the ECS client. */
function withoutTools(sbom: Sbom): Sbom {
  const isTool = ({ properties = [] }: Component) => properties.some(({ name }) => name === DEVELOPMENT);
  const components = sbom.components.filter((component) => !isTool(component));
  const kept = new Set([sbom.metadata.component["bom-ref"], ...components.map((component) => component["bom-ref"])]);
  const dependencies = sbom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
  return { ...sbom, components, dependencies };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const text = `${JSON.stringify(makeSbom(), null, 2)}\n`;
  if (values.out === undefined) process.stdout.write(text);
  else {
    const file = resolve(ROOT, values.out);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stderr.write(`Wrote ${values.out}.\n`);
  }
}
