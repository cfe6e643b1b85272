import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hashSources } from "./source-hash.ts";

describe("the hash of sources", () => {
  const root = mkdtempSync(join(tmpdir(), "milo-hash-"));
  mkdirSync(join(root, "src/testing"), { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(root, file), text);
  afterAll(() => rmSync(root, { recursive: true }));

  it("changes with every file that is built, with its name, and with nothing else", () => {
    write("src/a.ts", "1");
    const hash = () => hashSources(root, ["src", "lock.json", "absent"]);
    const first = hash();
    write("src/a.test.ts", "test");
    write("src/testing/help.ts", "help");
    write("src/a.ts", "1");
    expect(hash()).toBe(first);
    write("src/a.ts", "2");
    const changed = hash();
    write("lock.json", "{}");
    const withLock = hash();
    write("src/b.ts", "");
    expect(new Set([first, changed, withLock, hash()]).size).toBe(4);
  });
});
