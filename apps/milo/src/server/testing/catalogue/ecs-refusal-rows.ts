import type { LaunchFailureClass } from "@milo/placement";
import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn, staysHere } from "./expectations.ts";

const FULL = "next platform at once; the platform backs off, its breaker stays closed";
const MISCONFIGURED = "next platform at once; the breaker opens for long and raises an alarm";
const runTasks = (count: number) => ({ requests: { RunTask: count } });

/** One refusal of RunTask, after which the bot is on the next platform. */
function refused(
  row: number,
  fault: string,
  failure: string,
  [failureClass, reason, reaction]: [LaunchFailureClass, RegExp, string],
): CatalogueRow {
  const expected = movedOn("aws", { class: failureClass, reason }, runTasks(1));
  return {
    row,
    platform: "aws",
    fault: `row-${row}-${fault}`,
    failure,
    class: failureClass,
    reaction,
    expect: expected,
  };
}

/** A throttle that passes, and one that does not. */
function throttled(row: number, fault: string, failure: string, reason: RegExp): CatalogueRow[] {
  const common = { row, platform: "aws", fault: `row-${row}-${fault}`, class: "throttled" } as const;
  const failed = { class: "throttled", reason } as const;
  return [
    {
      ...common,
      failure: `${failure}, once`,
      reaction: "tried again here, as a new attempt with a client token of its own",
      options: { times: 1 },
      expect: staysHere("aws", [failed], runTasks(2)),
    },
    {
      ...common,
      failure: `${failure}, every time`,
      reaction: "three tries here, then the next platform; the breaker does not count it",
      expect: movedOn("aws", { ...failed, tries: 3 }, runTasks(3)),
    },
  ];
}

const MOVED_OFF_SPOT = movedOn("aws", { class: "capacity", reason: /Capacity is unavailable/ }, runTasks(2));

/** ECS refuses the task: nothing of it exists. */
export const ECS_REFUSAL_ROWS: readonly CatalogueRow[] = [
  refused(22, "fargate-empty", "Fargate has no capacity", ["capacity", /Capacity is unavailable/, FULL]),
  {
    row: 22,
    platform: "aws",
    fault: "row-22-spot-empty",
    failure: "Fargate Spot has no capacity",
    class: null,
    reaction: "asked for on demand at once, within the same attempt and under a token of its own",
    options: { useSpot: true },
    expect: {
      ...staysHere("aws", [], runTasks(2)),
      attempts: [{ platform: "aws", phase: "STARTING", requestNo: 1 }],
    },
  },
  {
    row: 22,
    platform: "aws",
    fault: "row-22-fargate-empty",
    failure: "Fargate has no capacity, neither on Spot nor on demand",
    class: "capacity",
    reaction: FULL,
    options: { useSpot: true },
    expect: {
      ...MOVED_OFF_SPOT,
      attempts: MOVED_OFF_SPOT.attempts.map((one) => (one.platform === "aws" ? { ...one, requestNo: 1 } : one)),
    },
  },
  refused(23, "vcpu-quota", "The account's vCPU quota is used up (200 with failures)", ["capacity", /vCPU/, FULL]),
  refused(23, "vcpu-quota-exception", "The account's vCPU quota is used up (exception)", ["capacity", /vCPU/, FULL]),
  refused(24, "provisioning-quota", "Too many tasks are PROVISIONING in the cluster", [
    "capacity",
    /PROVISIONING/,
    FULL,
  ]),
  ...throttled(25, "throttled", "ECS turns requests away", /Rate exceeded/),
  ...throttled(26, "ec2-throttled", "EC2 throttles ECS, which calls it an invalid parameter", /ErrorCode: Throttling/),
  refused(27, "bad-subnet", "A subnet does not exist", ["config", /subnet-0/, MISCONFIGURED]),
  refused(28, "cluster-not-found", "The cluster does not exist", ["config", /Cluster not found/, MISCONFIGURED]),
  refused(28, "platform-unknown", "The platform version does not exist", ["config", /platform version/, MISCONFIGURED]),
  refused(29, "access-denied", "The role may not run tasks", ["auth", /ecs:RunTask/, MISCONFIGURED]),
  refused(29, "pass-role-denied", "The role may not pass the task's role", ["auth", /iam:PassRole/, MISCONFIGURED]),
  refused(29, "tag-denied", "The role may not tag tasks", ["auth", /ecs:TagResource/, MISCONFIGURED]),
  refused(30, "expired-token", "The credentials have expired", ["auth", /expired/, MISCONFIGURED]),
  refused(30, "unrecognized-client", "The credentials are not known", ["auth", /token .* is invalid/, MISCONFIGURED]),
  refused(30, "blocked", "The account is blocked", ["auth", /blocked/, MISCONFIGURED]),
];
