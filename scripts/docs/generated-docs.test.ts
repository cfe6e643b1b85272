import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { findStaleDocs, GENERATED_DOCS } from "./generated-docs.ts";

const ROOT = resolve(import.meta.dirname, "../..");

describe("generated documents", () => {
  it("say what the code says; otherwise run `npm run docs`", async () => {
    const stale = await findStaleDocs(GENERATED_DOCS, (file) => readFileSync(join(ROOT, file), "utf8"));
    expect(stale.map(({ file }) => file)).toEqual([]);
  }, 120_000);

  it("are stale when their text differs or they are missing", async () => {
    const docs = [
      { file: "same.md", generate: async () => "same" },
      { file: "changed.md", generate: async () => "new" },
      { file: "missing.md", generate: async () => "new" },
    ];
    const stored: Record<string, string> = { "same.md": "same", "changed.md": "old" };
    const stale = await findStaleDocs(docs, (file) => stored[file] ?? null);
    expect(stale.map(({ file }) => file)).toEqual(["changed.md", "missing.md"]);
  });
});
