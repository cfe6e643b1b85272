import { expect, it } from "vitest";
import { isVisibleIn } from "./pass-snapshot.ts";

it.each([
  ["committed before everything under way", "99", "100:105:101,103", true],
  ["committed since the oldest under way", "102", "100:105:101,103", true],
  ["still under way", "103", "100:105:101,103", false],
  ["begun after the snapshot", "105", "100:105:101,103", false],
  ["the oldest under way", "100", "100:100:", false],
  ["larger than a double can tell apart", "9007199254740993", "9007199254740994:9007199254740994:", true],
  ["asked of no snapshot", "1", "", false],
])("a transaction %s", (_, id, snapshot, visible) => {
  expect(isVisibleIn(id, snapshot)).toBe(visible);
});
