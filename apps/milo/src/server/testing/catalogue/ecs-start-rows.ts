import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn } from "./expectations.ts";

const MISCONFIGURED = "next platform at once; the breaker opens for long and raises an alarm";
const ONE_TASK = { requests: { RunTask: 1 } } as const;

/** ECS took the task, and stopped it before its container ran. */
export const ECS_START_ROWS: readonly CatalogueRow[] = [
  {
    row: 34,
    platform: "aws",
    fault: "row-34-cannot-pull-container",
    failure: "The image cannot be pulled",
    class: "config",
    reaction: MISCONFIGURED,
    expect: movedOn("aws", { class: "config", reason: /CannotPullContainerError/, existed: true }, ONE_TASK),
  },
  {
    row: 34,
    platform: "aws",
    fault: "row-34-resource-initialization",
    failure: "The task's secrets cannot be read",
    class: "config",
    reaction: MISCONFIGURED,
    expect: movedOn("aws", { class: "config", reason: /ResourceInitializationError/, existed: true }, ONE_TASK),
  },
  {
    row: 34,
    platform: "aws",
    fault: "row-34-network-interface-timeout",
    failure: "No network interface in time",
    class: "transient",
    reaction:
      "three attempts here, each with a token of its own, then the next platform; the breaker does not count it",
    expect: movedOn(
      "aws",
      { class: "transient", reason: /network interface/, existed: true, tries: 3 },
      { requests: { RunTask: 3 } },
    ),
  },
  {
    row: 34,
    platform: "aws",
    fault: "row-34-no-free-addresses",
    failure: "The subnets have no free address for the task's network interface",
    class: "capacity",
    reaction: "next platform at once; the platform backs off, its breaker stays closed",
    expect: movedOn("aws", { class: "capacity", reason: /InsufficientFreeAddresses/, existed: true }, ONE_TASK),
  },
];
