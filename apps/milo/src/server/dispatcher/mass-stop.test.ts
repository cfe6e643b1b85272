import { describe, expect, it } from "vitest";
import { guardMassStop, type MassStop, type Suspects } from "./mass-stop.ts";

const NOW = 1_000_000_000;
const suspects = (change: Partial<Suspects> = {}): Suspects => ({
  total: 10,
  missing: 6,
  orphans: 0,
  silent: true,
  ...change,
});
const held = (change: Partial<MassStop> = {}): MassStop => ({
  sinceMs: NOW - 400_000,
  agreedSinceMs: null,
  agreedUntilMs: null,
  confirmedUntilMs: null,
  ...change,
});

describe("the guard of mass stops", () => {
  it.each([
    ["more than half, and five", { total: 9, missing: 5 }, "mass_stop"],
    ["missing and orphans together", { total: 9, missing: 2, orphans: 3 }, "mass_stop"],
    ["half and no more", { total: 10, missing: 5 }, "clear"],
    ["all, but fewer than five", { total: 4, missing: 4 }, "clear"],
    ["many, but a minority", { total: 100, missing: 40 }, "clear"],
  ] as const)("of a platform's bots: %s", (_, change, kind) => {
    expect(guardMassStop(null, suspects({ orphans: 0, ...change }), NOW).kind).toBe(kind);
  });

  it("begins held, once, and says so", () => {
    expect(guardMassStop(null, suspects(), NOW)).toMatchObject({
      goesOn: null,
      news: "begins",
      state: { sinceMs: NOW },
    });
    expect(guardMassStop(held(), suspects(), NOW)).toMatchObject({ goesOn: null, news: null });
  });

  it("stays held though bots that start meanwhile make the rest a minority, until fewer than five are left", () => {
    expect(guardMassStop(held(), suspects({ total: 100 }), NOW).kind).toBe("mass_stop");
    expect(guardMassStop(held(), suspects({ total: 100, missing: 4 }), NOW).kind).toBe("clear");
  });

  it("goes on when listings and silence have agreed for 5 min, and tells it once", () => {
    const agreed = (sinceMs: number) => held({ agreedSinceMs: NOW - sinceMs, agreedUntilMs: NOW - 5_000 });
    expect(guardMassStop(agreed(299_999), suspects(), NOW)).toMatchObject({ goesOn: null });
    expect(guardMassStop(agreed(300_000), suspects(), NOW)).toMatchObject({ goesOn: "agreed", news: "agreed" });
    expect(guardMassStop(agreed(305_000), suspects(), NOW)).toMatchObject({ goesOn: "agreed", news: null });
  });

  it("knows no word and no agreement from before the database's clock was set back", () => {
    const word = (leftMs: number) => guardMassStop(held({ confirmedUntilMs: NOW + leftMs }), suspects(), NOW);
    expect(word(300_000)).toMatchObject({ goesOn: "confirmed" });
    expect(word(3_600_000)).toMatchObject({ goesOn: null });
    const later = held({ agreedSinceMs: NOW + 3_000_000, agreedUntilMs: NOW + 3_595_000 });
    expect(guardMassStop(later, suspects(), NOW)).toMatchObject({
      goesOn: null,
      state: { agreedSinceMs: NOW, agreedUntilMs: NOW },
    });
  });

  it("begins the 5 min anew when one of them speaks, or when nobody looked for more than a minute", () => {
    const agreed = held({ agreedSinceMs: NOW - 299_000, agreedUntilMs: NOW - 5_000 });
    expect(guardMassStop(agreed, suspects({ silent: false }), NOW)).toMatchObject({
      goesOn: null,
      state: { agreedSinceMs: null, agreedUntilMs: null },
    });
    const unwatched = held({ agreedSinceMs: NOW - 900_000, agreedUntilMs: NOW - 60_001 });
    expect(guardMassStop(unwatched, suspects(), NOW)).toMatchObject({ goesOn: null, state: { agreedSinceMs: NOW } });
  });

  it("goes on by an operator's word, for as long as that holds", () => {
    const loud = suspects({ silent: false });
    expect(guardMassStop(held({ confirmedUntilMs: NOW + 1 }), loud, NOW)).toMatchObject({ goesOn: "confirmed" });
    expect(guardMassStop(held({ confirmedUntilMs: NOW }), loud, NOW)).toMatchObject({ goesOn: null });
  });
});
