import { describe, expect, it } from "vitest";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { WatchedDeployment } from "#server/database/repositories/observe-workloads.ts";
import { judge as judgeWith } from "./judge-workload.ts";

const LISTED_AT = 10_000;
const PATIENCE_MS = 5_000;
const judge = (...[deployment, workload, listedAtMs]: [WatchedDeployment, Workload | undefined, number]) =>
  judgeWith(deployment, workload, listedAtMs, PATIENCE_MS);
const deployment = (change: Partial<WatchedDeployment> = {}): WatchedDeployment => ({
  deploymentId: 1,
  launchKey: "bot-abcdef-1-a1",
  phase: "RUNNING",
  identifier: "job-1",
  acceptedAtMs: 1_000,
  stoppingAtMs: null,
  absentListings: 0,
  heartbeatAtMs: null,
  unreachableForMs: null,
  reclaimNoticed: false,
  silent: false,
  ...change,
});
const workload = (change: Partial<Workload> = {}): Workload => ({
  identifier: "job-1",
  launchKey: "bot-abcdef-1-a1",
  state: "running",
  ...change,
});

describe("judging an attempt by one clean listing", () => {
  it("ends what the platform positively reports as ended, with how", () => {
    const end = { exitCode: 137, reason: "OOMKilled", infrastructure: false };
    expect(judge(deployment(), workload({ state: "ended", end }), LISTED_AT)).toMatchObject({ kind: "ended", ...end });
  });

  it("leaves the end of what is being stopped to whoever stops it, and cleans up", () => {
    const stopping = deployment({ phase: "STOPPING" });
    expect(judge(stopping, workload({ state: "ended" }), LISTED_AT)).toEqual({ kind: "nothing" });
  });

  it("believes a heartbeat over an older observation, and over one of the same moment", () => {
    const alive = deployment({ heartbeatAtMs: LISTED_AT });
    expect(judge(alive, workload({ state: "ended" }), LISTED_AT)).toEqual({ kind: "nothing" });
    expect(judge({ ...alive, absentListings: 5, silent: true }, undefined, LISTED_AT)).toEqual({ kind: "seen" });
  });

  it("calls an absent one that has not claimed ended only after two listings and silence", () => {
    const starting = { phase: "STARTING" } as const;
    expect(judge(deployment({ ...starting, silent: true }), undefined, LISTED_AT)).toEqual({ kind: "missed" });
    expect(judge(deployment({ ...starting, absentListings: 9 }), undefined, LISTED_AT)).toEqual({ kind: "missed" });
    const gone = judge(deployment({ ...starting, absentListings: 1, silent: true }), undefined, LISTED_AT);
    expect(gone).toMatchObject({ kind: "absent" });
  });

  it("raises an alarm for a claimed one that is absent, and believes it only when that has stood for long", () => {
    const absent = { absentListings: 1, silent: true };
    expect(judge(deployment({ ...absent, absentListings: 0 }), undefined, LISTED_AT)).toEqual({ kind: "missed" });
    expect(judge(deployment(absent), undefined, LISTED_AT)).toMatchObject({ kind: "unreachable" });
    const standing = (unreachableForMs: number) => deployment({ ...absent, unreachableForMs });
    expect(judge(standing(PATIENCE_MS - 1), undefined, LISTED_AT)).toEqual({ kind: "missed" });
    expect(judge(standing(PATIENCE_MS), undefined, LISTED_AT)).toMatchObject({ kind: "absent" });
    const speaking = { ...standing(PATIENCE_MS), silent: false };
    expect(judge(speaking, undefined, LISTED_AT)).toEqual({ kind: "reachable" });
  });

  it("raises an alarm for a claimed one that is silent though it is shown, and never ends it by that", () => {
    const silent = { silent: true, unreachableForMs: null };
    expect(judge(deployment(silent), workload(), LISTED_AT)).toMatchObject({ kind: "unreachable" });
    expect(judge(deployment({ ...silent, unreachableForMs: 0 }), workload(), LISTED_AT)).toEqual({ kind: "nothing" });
    expect(judge(deployment({ unreachableForMs: 0 }), workload(), LISTED_AT)).toEqual({ kind: "reachable" });
    expect(judge(deployment({ ...silent, phase: "STARTING" }), workload(), LISTED_AT)).toEqual({ kind: "nothing" });
  });

  it("tells once that the platform takes it away, and once that it does not any more", () => {
    const taken = workload({ reclaim: { reason: "Spot" } });
    expect(judge(deployment(), taken, LISTED_AT)).toEqual({ kind: "reclaim", reason: "Spot" });
    expect(judge(deployment({ reclaimNoticed: true }), taken, LISTED_AT)).toEqual({ kind: "nothing" });
    expect(judge(deployment({ reclaimNoticed: true }), workload(), LISTED_AT)).toEqual({
      kind: "reclaim",
      reason: null,
    });
  });

  it("takes a restart for the end of a bot that is not heard any more, and of no other", () => {
    const restarted = workload({ restarted: { reason: "restarted once" } });
    expect(judge(deployment(), restarted, LISTED_AT)).toEqual({ kind: "nothing" });
    expect(judge(deployment({ silent: true }), restarted, LISTED_AT)).toMatchObject({
      kind: "ended",
      infrastructure: false,
      stillThere: true,
      reason: "restarted once",
    });
  });

  it("never concludes anything about what is newer than the listing, or still being launched", () => {
    const absent = { absentListings: 9, silent: true };
    expect(judge(deployment({ ...absent, acceptedAtMs: LISTED_AT }), undefined, LISTED_AT)).toEqual({
      kind: "nothing",
    });
    expect(judge(deployment({ ...absent, phase: "LAUNCHING" }), undefined, LISTED_AT)).toEqual({ kind: "nothing" });
    const unsent = deployment({ ...absent, acceptedAtMs: null, stoppingAtMs: null });
    expect(judge(unsent, undefined, LISTED_AT)).toEqual({ kind: "nothing" });
  });

  it("fails a start on evidence that it will not start, but only before the claim", () => {
    const startFailure = { class: "config", reason: "ImagePullBackOff" } as const;
    const stuck = workload({ state: "starting", startFailure });
    expect(judge(deployment({ phase: "STARTING" }), stuck, LISTED_AT)).toEqual({
      kind: "start_failed",
      ...startFailure,
    });
    expect(judge(deployment({ phase: "RUNNING" }), stuck, LISTED_AT)).toEqual({ kind: "nothing" });
  });

  it("starts counting anew once it is seen again", () => {
    expect(judge(deployment({ absentListings: 1 }), workload(), LISTED_AT)).toEqual({ kind: "seen" });
    expect(judge(deployment(), workload(), LISTED_AT)).toEqual({ kind: "nothing" });
  });
});
