import { expect, it } from "vitest";
import { tickReason } from "./tick-reason.ts";

it.each([
  ["K8s is full (30/30); tries AWS in 42 s", 2_000, "K8s is full (30/30); tries AWS in 40 s"],
  ["K8s is full (30/30); tries AWS in 2 min 5 s", 6_000, "K8s is full (30/30); tries AWS in 1 min 59 s"],
  ["AWS is full (2/2); gives up in 1 h 10 min", 600_000, "AWS is full (2/2); gives up in 1 h"],
  ["AWS is full (2/2); gives up in 2 h", 0, "AWS is full (2/2); gives up in 2 h"],
  ["AWS is full (2/2); gives up in 5 s", 5_000, "AWS is full (2/2); gives up any moment"],
  ["AWS is full (2/2); gives up in 5 s", -9_000, "AWS is full (2/2); gives up in 5 s"],
])("counts down at the end of %s", (reason, laterMs, later) => {
  expect(tickReason(reason, laterMs)).toBe(later);
});

it.each(["It joined", "Its call ended in", "Failed in 3 s on K8s"])("leaves %s as it is", (reason) => {
  expect(tickReason(reason, 10_000)).toBe(reason);
});
