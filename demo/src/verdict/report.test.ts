import { describe, expect, it } from "vitest";
import { summarise, toReport } from "./report.ts";
import { type Check, notReached, toVerdict } from "./scenario.ts";

const seen = (witness: Check["witness"], holds = true): Check => ({ witness, expected: "a", observed: "b", holds });

describe("toVerdict", () => {
  it("needs both witnesses", () => {
    expect(toVerdict("fill", [seen("database"), seen("emulators")]).ok).toBe(true);
    expect(toVerdict("fill", [seen("database")]).ok).toBe(false);
    expect(toVerdict("fill", [seen("emulators")]).ok).toBe(false);
    expect(toVerdict("fill", []).ok).toBe(false);
  });

  it("needs everything they say to be as expected, and points at what is not", () => {
    const verdict = toVerdict("fill", [seen("database"), seen("emulators"), seen("emulators", false)]);
    expect(verdict).toMatchObject({ ok: false, observed: { database: "b", emulators: "b; ✗ b" } });
  });
});

describe("toReport", () => {
  const ok = toVerdict("fill", [seen("database"), seen("emulators")]);

  it("is ok only if every scenario is, and there is one", () => {
    expect(toReport([ok, ok]).ok).toBe(true);
    expect(toReport([ok, notReached("wait", "too slow")]).ok).toBe(false);
    expect(toReport([]).ok).toBe(false);
    expect(toReport([ok], "The web process ended").ok).toBe(false);
  });

  it("says in a sentence what was not seen", () => {
    expect(summarise(toReport([ok]))).toMatch(/^All 1 scenarios were seen/);
    expect(summarise(toReport([ok, notReached("wait", "too slow")]))).toBe(
      "1 of 2 scenarios were seen. Not seen: wait.",
    );
  });
});
