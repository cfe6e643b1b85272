import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

it("has defaults of the size that the figures are defined for", () => {
  expect(readArguments(["--json"])).toMatchObject({ history: 1_000_000, waiting: 100_000, json: true, help: false });
});

it("measures one part alone where one is named, and knows no other", () => {
  expect(readArguments([]).only).toBeUndefined();
  expect(readArguments(["--only", "replicas"]).only).toBe("replicas");
  expect(() => readArguments(["--only", "pages"])).toThrow('--only must be "replicas", but is "pages".');
});

it("refuses a number that is none with a sentence", () => {
  expect(() => readArguments(["--placements", "many"])).toThrow(
    '--placements must be a whole number from 1, but is "many".',
  );
  expect(() => readArguments(["--releases", "0"])).toThrow("--releases must be a whole number");
});
