import { describe, expect, it } from "vitest";
import { planSuites } from "./suites.ts";

const names = (...words: string[]) => planSuites(words).map(({ name }) => name);

describe("npm test", () => {
  it("runs every kind when none is named", () => {
    expect(names()).toEqual(["unit, property, db, contract, sim", "e2e", "chaos"]);
  });

  it("runs only the kinds that are named", () => {
    expect(names("db", "unit")).toEqual(["unit, db"]);
    expect(names("e2e")).toEqual(["e2e"]);
  });

  it("takes every other word as a part of the path", () => {
    const [suite] = planSuites(["db", "queue"]);
    expect(suite?.args.slice(-4)).toEqual(["--project", "db", "--passWithNoTests", "queue"]);
  });

  it("runs a whole milo at a time", () => {
    const [shared, e2e] = planSuites(["bots"]);
    expect(shared?.args).not.toContain("--no-file-parallelism");
    expect(e2e?.args).toContain("--no-file-parallelism");
  });
});
