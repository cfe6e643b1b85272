import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findSentinel } from "@milo/emulators";
import { describe, expect, it } from "vitest";
import { CATALOGUE_SIZE, ROWS_BY_FILE } from "./all-rows.ts";
import { isProvoked } from "./emulated-platforms.ts";

const HERE = import.meta.dirname;
const ROWS = Object.values(ROWS_BY_FILE).flat();
const EMULATOR = { k8s: "kubernetes", aws: "ecs", coolify: "coolify" } as const;

describe("the failure catalogue", () => {
  it("has every row", () => {
    const numbers = new Set(ROWS.map(({ row }) => row));
    const missing = Array.from({ length: CATALOGUE_SIZE }, (_, index) => index + 1).filter((row) => !numbers.has(row));
    expect(missing).toEqual([]);
  });

  it("names each fault by its row's number, and the platform's emulator knows it", () => {
    for (const { row, platform, fault } of ROWS) {
      expect(fault).toMatch(new RegExp(`^row-${String(row).padStart(2, "0")}-`));
      const isImage = findSentinel(EMULATOR[platform], `bot:${fault}`) !== null;
      expect(isProvoked(platform, fault) || isImage, fault).toBe(true);
    }
  });

  it("has a test that runs each file of rows, and lists each such file", () => {
    const files = readdirSync(HERE).filter((file) => file.endsWith("-rows.ts") && file !== "all-rows.ts");
    expect(files.map((file) => file.replace(/\.ts$/, "")).sort()).toEqual(Object.keys(ROWS_BY_FILE).sort());
    for (const file of Object.keys(ROWS_BY_FILE)) {
      const test = readFileSync(join(HERE, `${file}.contract.test.ts`), "utf8");
      expect(test).toContain(`from "./${file}.ts"`);
      expect(test).toContain("runRows(");
    }
  });
});
