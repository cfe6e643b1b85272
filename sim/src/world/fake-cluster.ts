import type { DeploymentPlatform } from "@milo/placement";
import type { Clock } from "../engine/clock.ts";
import type { Random } from "../engine/random.ts";
import { type FakeProcess, type FakeWorkload, isRunning } from "./fake-workload.ts";
import type { Faults } from "./faults.ts";

/** What runs on one platform, apart from the API that milo talks to. */
export type FakeCluster = {
  platform: DeploymentPlatform;
  /** Everything ever made, in order. */
  workloads: FakeWorkload[];
  /** What other installations run there: in none of our listings, and nothing that we may stop. */
  foreign: FakeWorkload[];
  /** The one that bears the key now; undefined = none does. */
  find(launchKey: string): FakeWorkload | undefined;
  /** By its identifier where one is known, of whomever; else the one that bears the key. */
  locate(ref: { launchKey: string; identifier: string | null }): FakeWorkload | undefined;
  /** Makes it, or answers the one that is there. */
  create(launchKey: string, sentLate: boolean): { workload: FakeWorkload; adopted: boolean };
  start(workload: FakeWorkload): void;
  orderStop(workload: FakeWorkload): void;
  /** Ends the container; on a platform that restarts, another process may follow in it. */
  exit(workload: FakeWorkload, end: NonNullable<FakeWorkload["end"]>): void;
  remove(workload: FakeWorkload): void;
  /** Infrastructure takes its container away after so long; with a notice, until then the platform says so. */
  takeAway(workload: FakeWorkload, inMs: number, noticed: boolean): void;
  /** Its node cannot be reached for so long; what was ordered meanwhile is done when it can. */
  hide(workload: FakeWorkload, ms: number): void;
  /** Whatever could not be reached, can. */
  reachAll(): void;
  /** Starts anew; what is still on its way to the platform as it was is for nobody. */
  forgetAll(): void;
  /** Grows each time it starts anew. */
  generation: number;
  /** Until then its API takes requests and answers none. */
  darkUntilMs: number;
};

export type ClusterParts = {
  clock: Clock;
  random: Random;
  faults: Faults;
  /** A container runs: its process begins. */
  onProcess(workload: FakeWorkload, process: FakeProcess): void;
};

/** ECS keeps what a client token made for as long as it knows the token; the others forget a deleted name. */
const REMEMBERS_TOKENS: Record<DeploymentPlatform, boolean> = { k8s: false, aws: true, coolify: false };
/** ECS has no inert step: what RunTask makes starts. */
const CREATES_INERT: Record<DeploymentPlatform, boolean> = { k8s: true, aws: false, coolify: true };
const RESTARTS: Record<DeploymentPlatform, boolean> = { k8s: false, aws: false, coolify: true };
/** Another installation numbers its bots as we do. */
const INSTALLATION = /^bot-[a-z2-7]{6}/;
const FOREIGN = "bot-zzzzzz";
const FOREIGN_SHARE = 0.03;
/** For so long ECS shows a stopped task. */
const STOPPED_TASK_SHOWN_MS = 3_600_000;

export function createCluster(platform: DeploymentPlatform, parts: ClusterParts): FakeCluster {
  const { clock, random, faults } = parts;
  const workloads: FakeWorkload[] = [];
  const foreign: FakeWorkload[] = [];
  const byKey = new Map<string, FakeWorkload>();
  let counter = 0;

  function end(workload: FakeWorkload, why: NonNullable<FakeWorkload["end"]>): void {
    if (workload.state === "ended") return;
    for (const process of workload.processes) process.toMs ??= clock.nowMs();
    workload.state = "ended";
    workload.endedMs = clock.nowMs();
    workload.end = why;
    if (REMEMBERS_TOKENS[platform]) clock.after(STOPPED_TASK_SHOWN_MS, () => remove(workload));
  }

  function remove(workload: FakeWorkload): void {
    end(workload, { exitCode: null, reason: "Removed", infrastructure: false });
    workload.removed = true;
    if (!REMEMBERS_TOKENS[platform] && byKey.get(workload.launchKey) === workload) byKey.delete(workload.launchKey);
  }

  function reach(workload: FakeWorkload): void {
    workload.cutOff = false;
    if (!workload.hidden) return;
    workload.hidden = false;
    if (workload.stopOrdered) remove(workload);
  }

  function beginProcess(workload: FakeWorkload): void {
    const process: FakeProcess = {
      bootId: `${workload.launchKey}-boot-${counter++}`,
      fromMs: clock.nowMs(),
      toMs: null,
      claimedMs: null,
    };
    workload.processes.push(process);
    parts.onProcess(workload, process);
  }

  function run(workload: FakeWorkload): void {
    if (workload.state !== "starting") return;
    if (workload.stopOrdered) {
      end(workload, { exitCode: null, reason: "Stopped", infrastructure: false });
      return;
    }
    workload.state = "running";
    workload.ranFromMs ??= clock.nowMs();
    beginProcess(workload);
    if (random.chance(faults.twinProcess)) beginProcess(workload);
  }

  function start(workload: FakeWorkload): void {
    if (workload.state !== "inert" || workload.stopOrdered) return;
    workload.state = "starting";
    if (random.chance(faults.startFails)) {
      const { chance, pick } = random;
      workload.startFailure = { class: pick(["config", "capacity", "transient"] as const), reason: "No such image" };
      const why = { exitCode: null, reason: "It could not be started", infrastructure: true };
      if (chance(0.5)) clock.after(random.integer(1_000, 20_000), () => end(workload, why));
      return;
    }
    clock.after(random.integer(200, random.chance(faults.slow) ? 90_000 : 6_000), () => run(workload));
  }

  function make(launchKey: string, sentLate: boolean): FakeWorkload {
    const [, botId = "0", attempt = "0"] = /-(\d+)-a(\d+)$/.exec(launchKey) ?? [];
    return {
      platform,
      launchKey,
      botId: Number(botId),
      attempt: Number(attempt),
      identifier: `${platform}-${counter++}-${launchKey}`,
      state: "inert",
      createdMs: clock.nowMs(),
      ranFromMs: null,
      endedMs: null,
      sentLate,
      stopOrdered: false,
      removed: false,
      hidden: false,
      strayed: false,
      cutOff: false,
      heardMs: null,
      processes: [],
    };
  }

  return {
    platform,
    generation: 0,
    darkUntilMs: 0,
    workloads,
    foreign,
    find: (launchKey) => byKey.get(launchKey),
    locate: ({ launchKey, identifier }) =>
      identifier === null ? byKey.get(launchKey) : [...workloads, ...foreign].find((w) => w.identifier === identifier),
    create(launchKey, sentLate) {
      const existing = byKey.get(launchKey);
      if (existing !== undefined) return { workload: existing, adopted: true };
      const workload = make(launchKey, sentLate);
      workloads.push(workload);
      byKey.set(launchKey, workload);
      if (platform === "coolify" && random.chance(faults.twinApplication)) workloads.push(make(launchKey, sentLate));
      if (random.chance(FOREIGN_SHARE)) {
        foreign.push({ ...make(launchKey.replace(INSTALLATION, FOREIGN), false), state: "running" });
      }
      if (!CREATES_INERT[platform]) start(workload);
      return { workload, adopted: false };
    },
    start,
    orderStop(workload) {
      if (workload.stopOrdered) return;
      workload.stopOrdered = true;
      if (workload.state === "inert") {
        remove(workload);
        return;
      }
      const graceMs = random.chance(faults.stopIgnored) ? random.integer(60_000, 240_000) : random.integer(100, 12_000);
      clock.after(graceMs, () => {
        if (!workload.hidden) end(workload, { exitCode: 143, reason: "Stopped", infrastructure: false });
      });
    },
    exit(workload, why) {
      if (!isRunning(workload)) return;
      if (RESTARTS[platform] && !workload.stopOrdered && random.chance(0.6)) {
        for (const process of workload.processes) process.toMs ??= clock.nowMs();
        workload.restarted = { reason: "docker has restarted it" };
        return beginProcess(workload);
      }
      end(workload, why);
      if (random.chance(faults.vanish)) remove(workload);
    },
    remove,
    takeAway(workload, inMs, noticed) {
      const why = { exitCode: 137, reason: "Its node is taken away", infrastructure: true };
      if (noticed) workload.reclaim = { reason: "Its node is to be taken away" };
      clock.after(inMs, () => end(workload, why));
    },
    hide(workload, ms) {
      workload.hidden = true;
      workload.strayed = true;
      clock.after(ms, () => reach(workload));
    },
    reachAll() {
      for (const workload of workloads) reach(workload);
    },
    forgetAll() {
      this.generation++;
      this.darkUntilMs = 0;
      workloads.length = 0;
      foreign.length = 0;
      byKey.clear();
    },
  };
}
