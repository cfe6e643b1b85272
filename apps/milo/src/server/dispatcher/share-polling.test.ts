import { expect, it } from "vitest";
import { stretchOf } from "./share-polling.ts";

it("lets many replicas look less often each, never all together less often than four, and none more than five times", () => {
  expect([1, 4, 6, 12, 20, 32, 1_000].map(stretchOf)).toEqual([1, 1, 1.5, 3, 5, 5, 5]);
});
