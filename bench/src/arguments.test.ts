import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

it("has defaults of the size that the figures are defined for", () => {
  expect(readArguments(["--json"])).toMatchObject({ history: 1_000_000, waiting: 100_000, json: true, help: false });
});

it("refuses a number that is none with a sentence", () => {
  expect(() => readArguments(["--placements", "many"])).toThrow(
    '--placements must be a whole number from 1, but is "many".',
  );
  expect(() => readArguments(["--releases", "0"])).toThrow("--releases must be a whole number");
});
