import type { BotRow, DeploymentRow, EntryRow, PlatformRow, Snapshot } from "./snapshot.ts";

/** A bot that runs as it should, with whatever a test wants otherwise. */
export function snapshotOf(other: {
  bot?: Partial<BotRow>;
  entry?: Partial<EntryRow>;
  deployment?: Partial<DeploymentRow>;
  limit?: number;
  platform?: Partial<PlatformRow>;
}): Snapshot {
  const bot: BotRow = {
    id: 1,
    status: "IN_CALL",
    code: "BOT_IN_CALL",
    reason: "It is IN_CALL",
    stopRequested: false,
    platform: "k8s",
    identifier: "k8s-1",
    finishedMs: null,
    replacements: 0,
    ...other.bot,
  };
  const entry: EntryRow = {
    id: 2,
    botId: 1,
    status: "DISPATCHED",
    priority: 0,
    queuedMs: 1_000,
    timeoutMs: 100_000,
    plan: { stages: [{ platform: "k8s", waitMs: 60_000 }], globalWaitMs: 39_000 },
    stage: "k8s",
    stageEndsMs: 61_000,
    openTo: ["k8s"],
    bars: [],
    notBeforeMs: null,
    recheckMs: 61_000,
    ...other.entry,
  };
  const deployment: DeploymentRow = {
    id: 3,
    botId: 1,
    entryId: 2,
    platform: "k8s",
    attempt: 1,
    launchKey: "bot-aaaaaa-1-a1",
    phase: "RUNNING",
    outcome: null,
    reason: null,
    slot: 1,
    identifier: "k8s-1",
    fence: 1,
    bootId: "boot-1",
    reservedMs: 2_000,
    startByMs: 180_000,
    claimedMs: 3_000,
    runUntilMs: 500_000,
    leaveByMs: null,
    unreachableMs: null,
    stoppingMs: null,
    leaseOwner: null,
    holdsBot: false,
    ...other.deployment,
  };
  const platform: PlatformRow = {
    platform: "k8s",
    position: 0,
    limit: other.limit ?? 1,
    launchConcurrency: 8,
    mode: "enabled",
    breaker: "closed",
    breakerSinceMs: 0,
    breakerVersion: 0,
    capacityRefusals: 0,
    admitNotBeforeMs: null,
    ...other.platform,
  };
  return {
    count: "1",
    bots: new Map([[bot.id, bot]]),
    entries: new Map([[entry.id, entry]]),
    deployments: new Map([[deployment.id, deployment]]),
    platforms: [platform],
  };
}
