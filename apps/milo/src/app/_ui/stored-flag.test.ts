import { describe, expect, it } from "vitest";
import { createStoredFlags } from "./stored-flag.ts";

function memory() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

describe("stored flags", () => {
  it("outlast the page that wrote them, each under its key", () => {
    const storage = memory();
    createStoredFlags(() => storage).write("section:k8s", false);
    const next = createStoredFlags(() => storage);
    expect(next.read("section:k8s", true)).toBe(false);
    expect(next.read("section:aws", true)).toBe(true);
  });

  it("tell whoever shows them", () => {
    const flags = createStoredFlags(memory);
    let told = 0;
    const stop = flags.subscribe(() => told++);
    flags.write("a", false);
    stop();
    flags.write("a", true);
    expect(told).toBe(1);
  });

  it("last as long as the page where storage is refused", () => {
    const flags = createStoredFlags(() => {
      throw new Error("SecurityError");
    });
    expect(flags.read("a", true)).toBe(true);
    flags.write("a", false);
    expect(flags.read("a", true)).toBe(false);
  });
});
