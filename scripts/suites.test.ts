import { describe, expect, it } from "vitest";
import { planSuites } from "./suites.ts";

const names = (...words: string[]) => planSuites(words, true).map(({ name }) => name);

describe("npm test", () => {
  it("runs every kind when none is named", () => {
    expect(names()).toEqual(["unit, property, db, contract, sim", "e2e"]);
  });

  it("runs only the kinds that are named", () => {
    expect(names("db", "unit")).toEqual(["unit, db"]);
    expect(names("e2e")).toEqual(["e2e"]);
  });

  it("takes every other word as a part of the path", () => {
    const [suite] = planSuites(["db", "queue"], true);
    expect(suite?.args.slice(-3)).toEqual(["--project", "db", "queue"]);
  });
});
