import { describe, expect, it } from "vitest";
import type { FakeCluster } from "../world/fake-cluster.ts";
import type { FakeWorkload } from "../world/fake-workload.ts";
import type { World } from "../world/world.ts";
import { checkHeard } from "./heard.ts";
import { checkOverdue } from "./overdue.ts";
import { checkReplaced } from "./replaced.ts";
import { snapshotOf } from "./snapshot.testkit.ts";
import type { DeploymentRow } from "./snapshot.ts";
import { checkStops } from "./stops.ts";
import type { Violation } from "./violation.ts";

const promises = (found: readonly Violation[]) => found.map((violation) => violation.promise);

/** A platform on which the bot of a snapshot runs. */
function clustersWith(workload: Partial<FakeWorkload>, foreign: Partial<FakeWorkload>[] = []) {
  const its = { launchKey: "bot-aaaaaa-1-a1", identifier: "k8s-1", state: "running", botId: 1, ...workload };
  return new Map([["k8s", { workloads: [its], foreign } as unknown as FakeCluster]]) as World["clusters"];
}

describe("checkReplaced", () => {
  const lost: Partial<DeploymentRow> = { phase: "STOPPING", outcome: "lost" };
  const replaced = { bot: { replacements: 1, status: "QUEUED" }, entry: { status: "WAITING" } } as const;
  const nobody = new Set<string>();

  it("reports a bot that is replaced while its container runs, and nobody has vouched for that", () => {
    const after = snapshotOf({ ...replaced, deployment: lost });
    const running = { clusters: clustersWith({}), vouched: nobody };
    expect(promises(checkReplaced(snapshotOf({}), after, running))).toEqual([2]);
    expect(checkReplaced(snapshotOf({}), after, { ...running, vouched: new Set(["bot-aaaaaa-1-a1"]) })).toEqual([]);
    expect(checkReplaced(snapshotOf({}), after, { ...running, clusters: clustersWith({ state: "ended" }) })).toEqual(
      [],
    );
    const held = snapshotOf({ ...replaced, deployment: { ...lost, holdsBot: true } });
    expect(checkReplaced(snapshotOf({}), held, running)).toEqual([]);
  });

  it.each([
    ["was told to stop", 3, { stopRequested: true }, 1],
    ["is on its way out", 3, { status: "LEAVING" }, 1],
    ["was replaced three times", 4, { replacements: 3 }, 4],
  ] as const)("reports one that is replaced though it %s", (_what, promise, bot, replacements) => {
    const after = snapshotOf({ ...replaced, bot: { ...replaced.bot, replacements }, deployment: lost });
    const world = { clusters: clustersWith({ state: "ended" }), vouched: nobody };
    expect(promises(checkReplaced(snapshotOf({ bot }), after, world))).toEqual([promise]);
  });

  it("reports one that is placed while its last container holds it", () => {
    const holding = snapshotOf({ deployment: { phase: "STOPPING", holdsBot: true } });
    const [first] = holding.deployments.values();
    if (first === undefined) throw new Error("No deployment");
    const second: DeploymentRow = { ...first, id: 4, phase: "RESERVED", holdsBot: false, launchKey: "bot-aaaaaa-1-a2" };
    const placed = { ...holding, deployments: new Map([...holding.deployments, [4, second]]) };
    const world = { clusters: clustersWith({}), vouched: nobody };
    expect(promises(checkReplaced(holding, placed, world))).toEqual([2]);
  });
});

describe("checkStops", () => {
  it("reports a stop of what lives, and of another installation's", () => {
    const told = clustersWith({ stopOrdered: true }).values();
    expect(promises(checkStops(snapshotOf({}), told))).toEqual([3]);
    const ending = clustersWith({ stopOrdered: true }).values();
    expect(checkStops(snapshotOf({ deployment: { phase: "STOPPING" } }), ending)).toEqual([]);
    const foreign = clustersWith({}, [{ stopOrdered: true, botId: 1 }]).values();
    expect(promises(checkStops(snapshotOf({}), foreign))).toEqual([3]);
  });
});

describe("checkHeard", () => {
  const worldOf = (heardMs: number) =>
    ({
      hearing: { heardSinceMs: () => heardMs },
      clusters: clustersWith({ heardMs: 0 }),
      times: { heartbeatStaleMs: 120_000 },
    }) as unknown as World;

  it("reports an attempt that is given up for want of a claim that nobody could hear, but for a clock that was set back", () => {
    const waiting = snapshotOf({ deployment: { phase: "STARTING" } });
    const given = snapshotOf({ deployment: { phase: "STOPPING", reason: "Its bot did not claim in time" } });
    expect(promises(checkHeard(waiting, given, worldOf(172_999)))).toEqual([3]);
    expect(checkHeard(waiting, given, worldOf(173_000))).toEqual([]);
  });

  it("reports a bot that is called unreachable while nobody listened, but for a clock that was set back", () => {
    const silent = snapshotOf({ deployment: { unreachableMs: 130_000 } });
    expect(promises(checkHeard(snapshotOf({}), silent, worldOf(114_999)))).toEqual([3]);
    expect(checkHeard(snapshotOf({}), silent, worldOf(115_000))).toEqual([]);
  });
});

describe("checkOverdue on a drained platform", () => {
  it("reports a bot that nobody has told to leave", () => {
    const clock = { nowMs: () => 180_000, databaseMs: () => 180_000 };
    const hearing = { unheardSinceMs: () => 0 };
    const world = { clock, hearing, clusters: clustersWith({ createdMs: 0 }) } as unknown as World;
    const drained = { platform: { mode: "drain" } } as const;
    expect(promises(checkOverdue(world, snapshotOf(drained), 0))).toEqual([3]);
    expect(checkOverdue(world, snapshotOf({ ...drained, deployment: { leaveByMs: 200_000 } }), 0)).toEqual([]);
    expect(checkOverdue(world, snapshotOf({}), 0)).toEqual([]);
  });
});
