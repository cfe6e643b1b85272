import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../start/paths.ts";
import { findForbidden, readLockedPackages } from "./licences.ts";

const LOCK = readFileSync(join(ROOT, "package-lock.json"), "utf8");
const locked = readLockedPackages(LOCK);

describe("the licences of what the lock file installs", () => {
  it("are taken where each is used", () => {
    expect(locked.length).toBeGreaterThan(300);
    expect(findForbidden(locked)).toEqual([]);
  });

  it("would be refused: copyleft in what is shipped, none stated, one of several that must all be met", () => {
    const one = (licence: string, shipped = true) => findForbidden([{ name: "a", version: "1.0.0", licence, shipped }]);
    for (const licence of ["GPL-3.0-only", "MPL-2.0", "none stated", "MIT AND LGPL-3.0-or-later", "AGPL-3.0"]) {
      expect([licence, one(licence).length]).toEqual([licence, 1]);
    }
    expect(one("GPL-3.0-only", false)).toHaveLength(1);
    for (const licence of ["MIT", "(MIT OR GPL-3.0-only)", "MIT AND ISC"]) expect(one(licence)).toEqual([]);
    expect(one("MPL-2.0", false)).toEqual([]);
  });

  it("are those that the installed packages state themselves", () => {
    const { packages } = JSON.parse(LOCK) as { packages: Record<string, { license?: string; link?: boolean }> };
    const paths = Object.keys(packages).filter((path) => path.includes("node_modules/") && !packages[path]?.link);
    const installed = paths.filter((path) => existsSync(join(ROOT, path, "package.json")));
    expect(installed.length).toBeGreaterThan(200);
    for (const path of installed) {
      const { license } = JSON.parse(readFileSync(join(ROOT, path, "package.json"), "utf8")) as { license?: unknown };
      if (typeof license === "string") expect([path, packages[path]?.license]).toEqual([path, license]);
    }
  });

  it("count as shipped when milo depends on them, and not when only its tools do", () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "apps/milo/package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const shipped = new Set(locked.filter((one) => one.shipped).map(({ name }) => name));
    const wanted = Object.keys(dependencies).filter((name) => !name.startsWith("@milo/"));
    expect(wanted.filter((name) => !shipped.has(name))).toEqual([]);
    for (const tool of ["vitest", "knip", "@biomejs/biome"]) expect([tool, shipped.has(tool)]).toEqual([tool, false]);
  });
});

describe("the lock file", () => {
  it("pins each package that is not ours by a hash of its content", () => {
    const { lockfileVersion, packages } = JSON.parse(LOCK) as {
      lockfileVersion: number;
      packages: Record<string, { integrity?: string; link?: boolean }>;
    };
    expect(lockfileVersion).toBe(3);
    const loose = Object.entries(packages).filter(
      ([path, { integrity, link }]) => path.includes("node_modules/") && !link && !integrity?.startsWith("sha512-"),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it("has one version of each part of OpenTelemetry, all of the one API", () => {
    const parts = locked.filter(({ name }) => name.startsWith("@opentelemetry/")).map(({ name }) => name);
    expect(parts).toContain("@opentelemetry/resources");
    expect(new Set(parts).size).toBe(parts.length);
  });
});
