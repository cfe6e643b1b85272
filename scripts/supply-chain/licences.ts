import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../start/paths.ts";

/** A package of the lock file. `shipped`: it may be in what runs in production, directly or bundled. */
export type LockedPackage = { name: string; version: string; licence: string; shipped: boolean };

type LockEntry = {
  name?: string;
  version?: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  peer?: boolean;
};

/** Licences that ask for no more than that their text is kept: whatever we ship may have them. */
const PERMISSIVE: readonly string[] = [
  ...["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense", "PSF-2.0"],
  // A font and a table of browsers, whose packages are not code.
  ...["SIL OPEN FONT LICENSE", "CC-BY-4.0"],
];
/** Weak copyleft, taken in tools and in optional packages that no image holds; neither is passed on. */
const TOOLS_ONLY: readonly string[] = ["MPL-2.0", "LGPL-3.0-or-later"];

/** Every package of the lock file that is not ours, each version once, by name. The same on every platform. */
export function readLockedPackages(lockText: string): LockedPackage[] {
  const { packages } = JSON.parse(lockText) as { packages: Record<string, LockEntry> };
  const found = new Map<string, LockedPackage>();
  for (const [path, entry] of Object.entries(packages)) {
    if (!path.includes("node_modules/") || entry.link === true) continue;
    const name = entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const { version = "", license = "none stated", dev, optional, devOptional, peer } = entry;
    const shipped = !(dev || optional || devOptional || peer);
    const key = `${name}@${version}`;
    found.set(key, { name, version, licence: license, shipped: shipped || found.get(key)?.shipped === true });
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** Packages whose licence is not taken where they are used, with why. */
export function findForbidden(packages: readonly LockedPackage[]): string[] {
  return packages
    .filter(({ licence, shipped }) => !isTaken(licence, shipped ? PERMISSIVE : [...PERMISSIVE, ...TOOLS_ONLY]))
    .map(({ name, version, licence, shipped }) => `${name}@${version} (${shipped ? "shipped" : "tool"}): ${licence}`);
}

/** An SPDX expression: of `OR` one suffices, of `AND` all must be taken. */
function isTaken(expression: string, taken: readonly string[]): boolean {
  const text = expression.replace(/^\((.*)\)$/, "$1");
  return text.split(" OR ").some((choice) => choice.split(" AND ").every((licence) => taken.includes(licence)));
}

/** docs/licences.md: what milo is made of and under which licences. */
export function describeLicences(lockText = readFileSync(join(ROOT, "package-lock.json"), "utf8")): string {
  const packages = readLockedPackages(lockText);
  const shipped = packages.filter((one) => one.shipped);
  const tools = packages.filter((one) => !one.shipped);
  return [
    "# Licences",
    "",
    "milo itself is under the MIT licence. This page is generated from `package-lock.json`: after a change of dependencies run",
    "`npm run docs`. A test fails when it is stale, when something that is shipped has a licence that asks for more than that",
    "its text is kept, and when a tool has one beyond MPL-2.0 or LGPL-3.0. `npm run sbom` prints the same as CycloneDX.",
    "",
    ...table(`Shipped: ${shipped.length} packages`, shipped),
    "",
    ...table(`Tools and optional packages, in no image: ${tools.length} packages`, tools),
    "",
  ].join("\n");
}

function table(title: string, packages: readonly LockedPackage[]): string[] {
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return [`## ${title}`, "", "| package | version | licence |", "|---|---|---|", ...rows];
}

/** By code point: the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
