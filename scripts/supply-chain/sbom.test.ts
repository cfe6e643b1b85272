import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../start/paths.ts";
import { readLockedPackages } from "./licences.ts";
import type { Sbom } from "./sbom.ts";

describe("npm run sbom", { timeout: 60_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/supply-chain/sbom.ts")], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const sbom = (): Sbom => {
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as Sbom;
  };

  it("prints one CycloneDX document with every package that is shipped, named by purl and content", () => {
    const { bomFormat, specVersion, components, metadata } = sbom();
    expect([bomFormat, metadata.component.name]).toEqual(["CycloneDX", "milo-monorepo"]);
    expect(specVersion).toMatch(/^1\.[5-9]$/);
    const listed = new Set(components.map(({ purl }) => decodeURIComponent(purl)));
    const shipped = readLockedPackages(readFileSync(join(ROOT, "package-lock.json"), "utf8")).filter(
      (one) => one.shipped,
    );
    expect(shipped.length).toBeGreaterThan(100);
    expect(shipped.filter(({ name, version }) => !listed.has(`pkg:npm/${name}@${version}`))).toEqual([]);
    const unhashed = components.filter(
      ({ purl, hashes }) => !/%40milo|@milo|milo-monorepo/.test(purl) && !hashes?.length,
    );
    expect(unhashed.map(({ purl }) => purl)).toEqual([]);
  });

  it("says what depends on what, and names nothing that it does not list", () => {
    const { components, dependencies } = sbom();
    const listed = new Set(components.map((component) => component["bom-ref"]));
    const named = dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect([...new Set(named)].filter((ref) => !listed.has(ref) && !ref.startsWith("milo-monorepo@"))).toEqual([]);
  });

  it("leaves out the tools, and this machine's folders", () => {
    expect(sbom().components.filter(({ name }) => ["vitest", "knip", "@biomejs/biome"].includes(name))).toEqual([]);
    expect(stdout).not.toContain(ROOT);
  });
});
