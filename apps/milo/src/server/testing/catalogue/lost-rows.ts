import type { DeploymentPlatform } from "@milo/placement";
import type { AttemptExpectation, CatalogueRow, Expectation } from "./catalogue-row.ts";
import { CALL } from "./expectations.ts";

const REPLACED = "its container known to be gone, the bot is replaced: a new attempt, in its old place in the queue";

/** Its platform took it from its call: another container of it is in the call, and nothing of the first runs. */
function replaced(platform: DeploymentPlatform, reason: RegExp, requests: Record<string, number>): Expectation {
  const lost: AttemptExpectation = { platform, phase: "ENDED", outcome: "lost", failureClass: "lost", reason };
  return {
    attempts: [lost, { platform, phase: "RUNNING", failureClass: null }],
    bot: { status: "IN_CALL", on: platform },
    entry: { status: "DISPATCHED", stage: platform, bars: [] },
    platform: { breaker: "closed", used: 1 },
    witness: { requests, started: 2, running: 1 },
  };
}

const onKubernetes = (reason: RegExp) => replaced("k8s", reason, { "create-job": 1 });
const onEcs = (reason: RegExp) => replaced("aws", reason, { RunTask: 1 });
const inCall = { class: "lost", reaction: REPLACED, options: CALL, strikes: "in_call" } as const;

/** A bot whose platform takes it from its call. */
export const LOST_ROWS: readonly CatalogueRow[] = [
  {
    row: 12,
    platform: "k8s",
    fault: "row-12-evict",
    failure: "The kubelet evicts the bot's pod",
    ...inCall,
    expect: onKubernetes(/took its container away|Evicted/),
  },
  {
    row: 12,
    platform: "k8s",
    fault: "row-12-preempt",
    failure: "The scheduler gives the bot's place to another pod",
    ...inCall,
    expect: onKubernetes(/took its container away|Preempt/),
  },
  {
    row: 12,
    platform: "k8s",
    fault: "row-12-node-lost",
    failure: "The bot's node is lost to the cluster, and the bot goes on",
    class: null,
    reaction: "the bot, which is heard of, is left alone; nothing but its own silence speaks against it",
    options: CALL,
    strikes: "in_call",
    expect: {
      attempts: [{ platform: "k8s", phase: "RUNNING", failureClass: null }],
      bot: { status: "IN_CALL", on: "k8s" },
      entry: { status: "DISPATCHED", stage: "k8s", bars: [] },
      platform: { breaker: "closed", used: 1 },
      witness: { requests: { "create-job": 0, "delete-job": 0, "list-pods": { atLeast: 20 } }, started: 1, running: 1 },
    },
  },
  {
    row: 35,
    platform: "aws",
    fault: "row-35-spot-interruption",
    failure: "Spot takes the task back, with its two minutes' notice",
    ...inCall,
    options: { ...CALL, useSpot: true },
    expect: onEcs(/took its container away|Spot/),
  },
  {
    row: 36,
    platform: "aws",
    fault: "row-36-host-retirement",
    failure: "The task's host is retired",
    ...inCall,
    expect: onEcs(/took its container away|maintenance/),
  },
  {
    row: 38,
    platform: "aws",
    fault: "row-38-task-expired",
    failure: "The task ended while nobody looked, and ECS has forgotten it",
    class: "lost",
    reaction:
      "an alarm once it is silent; as nothing proves its end it is not replaced but ends FATAL, and its slot is given back",
    options: { ...CALL, silentAfterMs: 5_000 },
    strikes: "in_call",
    expect: {
      attempts: [{ platform: "aws", phase: "ENDED", outcome: "lost", failureClass: "lost", reason: /did not show it/ }],
      bot: { status: "FATAL", code: "CONTAINER_LOST" },
      entry: { status: "DISPATCHED", stage: "aws", bars: [] },
      platform: { breaker: "closed", used: 0, alarms: ["bot_unreachable"] },
      witness: { requests: { RunTask: 0 }, started: 1, running: 0 },
    },
  },
  {
    row: 52,
    platform: "coolify",
    fault: "row-52-out-of-memory",
    failure: "The bot ends in its call, and docker starts its container again",
    class: "bot",
    reaction:
      "the second process is refused; once the first is silent the bot ends FATAL, its application is stopped and deleted",
    options: { ...CALL, silentAfterMs: 5_000, statusLagMs: 1_000 },
    strikes: "in_call",
    expect: {
      attempts: [
        {
          platform: "coolify",
          phase: "ENDED",
          outcome: "failed",
          failureClass: "bot",
          reason: /started .* again|no container of it any more/,
        },
      ],
      bot: { status: "FATAL", code: "CONTAINER_ENDED" },
      entry: { status: "DISPATCHED", stage: "coolify", bars: [] },
      platform: { breaker: "closed", used: 0 },
      witness: { requests: { create: 0, deploy: 0, delete: { atLeast: 1 } }, started: { atLeast: 2 }, running: 0 },
    },
  },
];
