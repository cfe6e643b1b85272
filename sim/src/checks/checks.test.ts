import type { DeploymentPlatform } from "@milo/placement";
import { describe, expect, it } from "vitest";
import type { FakeWorkload } from "../world/fake-workload.ts";
import type { World } from "../world/world.ts";
import { checkChanges } from "./changes.ts";
import { checkClosed } from "./closed.ts";
import { checkOneAtATime, checkSlotsKept } from "./containers.ts";
import { checkExplained } from "./explained.ts";
import { checkAdmissions, checkRunning, type LimitHistory, noteLimits } from "./limits.ts";
import { checkOverdue } from "./overdue.ts";
import { snapshotOf } from "./snapshot.testkit.ts";
import type { DeploymentRow, EntryRow } from "./snapshot.ts";
import { checkStatuses } from "./statuses.ts";
import type { Violation } from "./violation.ts";

const promises = (found: readonly Violation[]) => found.map((violation) => violation.promise);

function containers(...others: Partial<FakeWorkload>[]): Map<DeploymentPlatform, FakeWorkload[]> {
  const claimed = { bootId: "boot-1", fromMs: 0, toMs: null, claimedMs: 10 };
  const all = others.map(
    (other): FakeWorkload => ({
      platform: "k8s",
      launchKey: "bot-aaaaaa-1-a1",
      botId: 1,
      attempt: 1,
      identifier: "k8s-1",
      state: "running",
      createdMs: 0,
      ranFromMs: 0,
      endedMs: null,
      sentLate: false,
      stopOrdered: false,
      removed: false,
      hidden: false,
      strayed: false,
      cutOff: false,
      heardMs: null,
      processes: [claimed],
      ...other,
    }),
  );
  return new Map([["k8s", all]]);
}

describe("checkStatuses", () => {
  it("finds nothing wrong with a bot in its call", () => {
    expect(checkStatuses(snapshotOf({}))).toEqual([]);
  });

  it.each([
    ["waits although its attempt may claim", 2, { bot: { status: "QUEUED" }, entry: { status: "WAITING" } }],
    ["is in a call without an attempt", 3, { deployment: { phase: "ENDED" } }],
    ["waits for nothing", 3, { bot: { status: "QUEUED" }, deployment: { phase: "ENDED" } }],
    ["runs without an end", 3, { deployment: { runUntilMs: null } }],
    ["ended without a sentence", 5, { bot: { status: "DONE", reason: null }, deployment: { phase: "STOPPING" } }],
  ] as const)("reports a bot that %s", (_what, promise, other) => {
    expect(promises(checkStatuses(snapshotOf(other)))).toEqual([promise]);
  });
});

describe("checkChanges", () => {
  it.each([
    ["a phase that goes back", 2, { deployment: { phase: "STOPPING" } }, { deployment: { phase: "RUNNING" } }],
    ["a fence that falls", 2, { deployment: { fence: 3 } }, { deployment: { fence: 2 } }],
    ["another process taken for the bound one", 2, {}, { deployment: { bootId: "boot-2" } }],
    ["an identifier that changes", 4, {}, { deployment: { identifier: "k8s-2" } }],
    ["a deadline that moves later", 3, {}, { entry: { timeoutMs: 100_001 } }],
    ["a lost place in the queue", 3, {}, { entry: { queuedMs: 1_001 } }],
    ["a final status that is not", 3, { bot: { status: "DONE" } }, { bot: { status: "IN_CALL" } }],
  ] as const)("reports %s", (_what, promise, before, after) => {
    expect(promises(checkChanges(snapshotOf(before), snapshotOf(after)))).toEqual([promise]);
  });

  it("lets a deadline move earlier", () => {
    expect(checkChanges(snapshotOf({}), snapshotOf({ entry: { timeoutMs: 90_000 } }))).toEqual([]);
  });
});

describe("checkExplained", () => {
  const waiting = { status: "WAITING" } as const;

  it("accepts an entry that is open to what its stage says, and any before the pass that its recheck is for", () => {
    expect(checkExplained(snapshotOf({ entry: waiting }), 2_000)).toEqual([]);
    expect(checkExplained(snapshotOf({ entry: { ...waiting, openTo: [] } }), 61_000)).toEqual([]);
  });

  it("reports an entry that is not offered to the platform it waits for", () => {
    expect(promises(checkExplained(snapshotOf({ entry: { ...waiting, openTo: [] } }), 2_000))).toEqual([5]);
  });
});

describe("checkAdmissions and checkRunning", () => {
  it("reports an admission beyond the limit, and one past the entry's deadline", () => {
    const before = { ...snapshotOf({}), deployments: new Map() };
    expect(promises(checkAdmissions({ ...before, platforms: [] }, snapshotOf({ limit: 0 })))).toEqual([1]);
    const late = snapshotOf({ entry: { status: "PROCESSING", timeoutMs: 1_999 } });
    expect(promises(checkAdmissions(before, late))).toEqual([3]);
  });

  it("measures what runs against the highest limit since the oldest of it was admitted", () => {
    const history: LimitHistory = { limits: new Map(), admittedMs: new Map() };
    noteLimits(history, snapshotOf({ limit: 1 }), 0);
    noteLimits(history, snapshotOf({ limit: 0 }), 50);
    expect(checkRunning(snapshotOf({ limit: 0 }), history, containers({}))).toEqual([]);
    history.admittedMs.set("bot-aaaaaa-1-a1", 60);
    expect(promises(checkRunning(snapshotOf({ limit: 0 }), history, containers({})))).toEqual([1]);
  });
});

describe("checkClosed", () => {
  const none = (platform = {}) => ({ ...snapshotOf({ platform }), deployments: new Map() });
  const given = { phase: "RESERVED", reservedMs: 2_000 } as const;
  const taken = { status: "PROCESSING" } as const;

  it.each([
    ["on hold", { mode: "hold" }],
    ["with an open breaker", { breaker: "open" }],
    ["that backs off", { admitNotBeforeMs: 2_001 }],
    ["without a permit left", { launchConcurrency: 0 }],
  ] as const)("reports a bot given to a platform %s, unless it was so only before or after", (_what, platform) => {
    const open = { deployment: given, entry: taken };
    expect(promises(checkClosed(none(platform), snapshotOf({ ...open, platform })))).toEqual([1]);
    const another = { breakerVersion: 1 };
    expect(checkClosed(none(platform), snapshotOf({ ...open, platform: another }))).toEqual([]);
    expect(checkClosed(none(another), snapshotOf({ ...open, platform }))).toEqual([]);
  });

  it.each([
    ["a second launch of a half-open platform", { breaker: "half_open" }],
    ["a third one right after its recovery", { breaker: "ramping", breakerSinceMs: 1_999 }],
    ["a second one while it is probed for room", { capacityRefusals: 1 }],
  ] as const)("reports %s", (_what, platform) => {
    const before = snapshotOf({ deployment: given, platform });
    const first = [...before.deployments.values()][0] as DeploymentRow;
    const second = { ...first, id: 4, botId: 5, entryId: 6 };
    const after = { ...before, deployments: new Map([...before.deployments, [second.id, second]]) };
    expect(promises(checkClosed(before, after))).toEqual([1]);
    expect(checkClosed(none(platform), before)).toEqual([]);
  });

  it.each([
    ["it was not open to", { openTo: [] }],
    ["it was barred from", { bars: [{ platform: "k8s", untilMs: null, reason: "config" }] }],
    ["before its back-off was over", { notBeforeMs: 2_001 }],
  ] as const)("reports a bot put where %s", (_what, entry) => {
    const after = snapshotOf({ deployment: given, entry: { ...taken, ...entry } as Partial<EntryRow> });
    expect(promises(checkClosed(none(), after))).toEqual([5]);
  });
});

describe("checkOneAtATime and checkSlotsKept", () => {
  it("reports two processes of one bot that are past their claim, whatever their attempts", () => {
    expect(checkOneAtATime(containers({}), new Set())).toEqual([]);
    expect(promises(checkOneAtATime(containers({}, { launchKey: "bot-aaaaaa-1-a2" }), new Set()))).toEqual([2]);
  });

  it("reports a container that runs after its slot was freed", () => {
    const freed = snapshotOf({ deployment: { phase: "ENDED" } });
    expect(promises(checkSlotsKept(freed, containers({}), new Set()))).toEqual([4]);
    expect(checkSlotsKept(snapshotOf({}), containers({}), new Set())).toEqual([]);
  });

  it("lets through only a late start on ECS that was never accepted, and only until it is swept", () => {
    const freed = snapshotOf({ deployment: { phase: "ENDED" } });
    const late = { platform: "aws", sentLate: true } as const;
    const refused = { bootId: "boot-1", fromMs: 0, toMs: null, claimedMs: null };
    expect(checkSlotsKept(freed, containers({ ...late, processes: [refused] }), new Set())).toEqual([]);
    expect(promises(checkSlotsKept(freed, containers(late), new Set()))).toEqual([4]);
    const orphan = { botId: null, launchKey: "bot-aaaaaa-1-a1~k8s-1" };
    const refusedLate = containers({ ...late, processes: [refused] });
    expect(
      checkSlotsKept(snapshotOf({ deployment: { ...orphan, phase: "STOPPING" } }), refusedLate, new Set()),
    ).toEqual([]);
    expect(
      promises(checkSlotsKept(snapshotOf({ deployment: { ...orphan, phase: "ENDED" } }), refusedLate, new Set())),
    ).toEqual([4]);
    expect(
      promises(checkSlotsKept(freed, containers({ ...late, platform: "k8s", processes: [refused] }), new Set())),
    ).toEqual([4]);
  });
});

describe("checkOverdue", () => {
  const MINUTE_MS = 60_000;
  const worldAt = (nowMs: number, workloads: FakeWorkload[]) => {
    const clusters = new Map([["aws", { workloads }]]);
    return { clock: { nowMs: () => nowMs, databaseMs: () => nowMs }, clusters } as unknown as World;
  };
  const late = [...containers({ platform: "aws", sentLate: true }).values()].flat();
  const orphan = { botId: null, platform: "aws", phase: "STOPPING", launchKey: "bot-aaaaaa-1-a1~k8s-1" } as const;

  it("reports a container that no attempt owns once the sweep had its time to find it", () => {
    const ended = snapshotOf({ deployment: { phase: "ENDED" } });
    expect(checkOverdue(worldAt(2 * MINUTE_MS, late), ended, 0)).toEqual([]);
    expect(promises(checkOverdue(worldAt(2 * MINUTE_MS + 1, late), ended, 0))).toEqual([4]);
    const swept = snapshotOf({ deployment: { ...orphan, stoppingMs: 0 } });
    expect(checkOverdue(worldAt(2 * MINUTE_MS + 1, late), swept, 0)).toEqual([]);
  });
});
