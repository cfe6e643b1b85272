import { expect, it } from "vitest";
import { formatCountdown } from "./countdown.ts";

it.each([
  [72_000, "in 1 min 12 s"],
  [1_000, "in 1 s"],
  [400, "now"],
  [0, "now"],
  [-60_000, "now"],
])("with %i ms left says %s", (leftMs, said) => {
  expect(formatCountdown(1_000_000 + leftMs, 1_000_000)).toBe(said);
});
