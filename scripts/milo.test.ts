import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./start/paths.ts";

type Manifest = { bin?: Record<string, string> };
const read = <T>(file: string): T => JSON.parse(readFileSync(join(ROOT, file), "utf8")) as T;

describe("npx milo", () => {
  it("is this repository's own program, before anything is installed: npx would ask the registry for another", () => {
    const { bin } = read<Manifest>("package.json");
    expect(bin).toEqual({ milo: "scripts/milo.mjs" });
    expect(read<{ packages: Record<string, Manifest> }>("package-lock.json").packages[""]?.bin).toEqual(bin);
    accessSync(join(ROOT, "scripts/milo.mjs"), constants.X_OK);
  });

  it("begins on any Node from 20 on: with nothing but Node's own modules and the bootstrap", () => {
    const text = readFileSync(join(ROOT, "scripts/milo.mjs"), "utf8");
    const imported = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, name]) => name);
    expect(imported).toEqual(["node:url", "./bootstrap.mjs"]);
    expect(text.startsWith("#!/usr/bin/env node\n")).toBe(true);
  });
});
