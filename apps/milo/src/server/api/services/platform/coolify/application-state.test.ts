import { describe, expect, it } from "vitest";
import { failureOfDeployment, type Observation, workloadOf } from "./application-state.ts";
import type { CoolifyDeployment } from "./coolify-records.ts";
import type { StopNote } from "./stop-memory.ts";
import { applicationOf } from "./testing/coolify-wire.ts";

const SETTINGS = { installationId: "abc234", statusSettleMs: 150_000, deploymentStuckMs: 540_000 };
const NOW_MS = Date.parse("2026-01-01T01:00:00Z");
const FINISHED = deployment("finished");

function deployment(status: string, extra: Partial<CoolifyDeployment> = {}): CoolifyDeployment {
  return { deployment_uuid: "d-1", status, created_at: "2026-01-01T00:59:00Z", ...extra };
}

function note(extra: Partial<StopNote> = {}): StopNote {
  return {
    launchKey: "bot-abc234-42-a1",
    firstOrderedAtMs: NOW_MS - 1_000,
    lastOrderedAtMs: NOW_MS - 1_000,
    wasUp: true,
    statusChangedAt: applicationOf().last_online_at,
    orderedAfterLook: 0,
    isEndConfirmed: false,
    ...extra,
  };
}

function read(status: string, deployments: CoolifyDeployment[], extra: Partial<Observation> = {}, app: object = {}) {
  const application = applicationOf({ status, ...app });
  return workloadOf({ application, deployments, stop: null, nowMs: NOW_MS, ...extra }, SETTINGS);
}

describe("workloadOf", () => {
  it.each([
    ["exited:unhealthy", [], "inert"],
    ["exited:unhealthy", [deployment("queued")], "starting"],
    ["exited:unhealthy", [deployment("in_progress")], "starting"],
    ["exited:unhealthy", [deployment("failed")], "starting"],
    ["starting:unknown", [FINISHED], "starting"],
    ["running:unknown", [FINISHED], "running"],
    ["running:healthy:excluded", [FINISHED], "running"],
    ["running (healthy)", [FINISHED], "running"],
    ["restarting:unknown", [FINISHED], "running"],
    ["degraded:unhealthy", [FINISHED], "running"],
    ["paused:unknown", [FINISHED], "running"],
    ["running:unknown", [], "running"],
  ])(
    "reads %s with its deployments, so that inert, starting and running are told apart",
    (status, deployments, state) => {
      expect(read(status, deployments).state).toBe(state);
    },
  );

  it("calls no exited application ended without a stop of ours: docker restarts what exits", () => {
    expect(read("exited:unhealthy", [FINISHED]).state).toBe("running");
  });

  it("calls it ended once it is exited after our stop, newer than the stop, on a functional server", () => {
    const ended = read("exited:unhealthy", [FINISHED], { stop: note() });
    expect(ended).toMatchObject({ state: "ended", end: { exitCode: null, infrastructure: false } });
    expect(read("running:unknown", [FINISHED], { stop: note() }).state).toBe("running");
  });

  it("believes no exited that may be older than the stop", () => {
    const stop = note({ wasUp: false });
    expect(read("exited:unhealthy", [FINISHED], { stop }).state).not.toBe("ended");
    const rewritten = { last_online_at: "2026-01-01T00:59:59Z" };
    expect(read("exited:unhealthy", [FINISHED], { stop }, rewritten).state).toBe("ended");
    const settled = note({ wasUp: false, firstOrderedAtMs: NOW_MS - SETTINGS.statusSettleMs });
    expect(read("exited:unhealthy", [FINISHED], { stop: settled }).state).toBe("ended");
  });

  it.each([false, null, undefined])("believes no exited while the server's state is %s", (server_status) => {
    expect(read("exited:unhealthy", [FINISHED], { stop: note() }, { server_status }).state).not.toBe("ended");
  });

  it("believes no exited while a deployment may still bring a container up", () => {
    expect(read("exited:unhealthy", [deployment("in_progress")], { stop: note() }).state).not.toBe("ended");
  });

  it("says that a deployment which is stuck will not start it", () => {
    const stuck = deployment("in_progress", { created_at: "2026-01-01T00:50:00Z" });
    expect(read("exited:unhealthy", [stuck]).startFailure).toMatchObject({ class: "unavailable" });
    expect(read("exited:unhealthy", [deployment("in_progress")]).startFailure).toBeUndefined();
  });

  it("blames no start on an application that has run", () => {
    expect(read("running:unknown", [deployment("failed"), FINISHED]).startFailure).toBeUndefined();
  });

  it("calls a deployment that failed without a known reason the server's doing while that is not functional", () => {
    const failed = [deployment("failed")];
    expect(read("exited:unhealthy", failed).startFailure).toMatchObject({ class: "transient" });
    const away = read("exited:unhealthy", failed, {}, { server_status: false }).startFailure;
    expect(away).toMatchObject({ class: "unavailable", reason: expect.stringContaining("not functional") });
  });

  it("has no launch key for an application of ours that was renamed", () => {
    expect(read("exited:unhealthy", [], {}, { name: "renamed by hand" }).launchKey).toBeNull();
    expect(read("exited:unhealthy", []).launchKey).toBe("bot-abc234-42-a1");
  });
});

describe("failureOfDeployment", () => {
  it.each([
    ["Error response from daemon: manifest unknown", "config"],
    ["pull access denied for bot, repository does not exist", "config"],
    ["toomanyrequests: You have reached your pull rate limit", "throttled"],
    ["write /var/lib/docker: no space left on device", "unavailable"],
    ["ssh: connect to host 10.0.0.1 port 22: Connection timed out", "transient"],
    [null, "transient"],
  ])("reads the log “%s” as %s", (logs, expected) => {
    expect(failureOfDeployment(deployment("failed", { logs }))).toMatchObject({ class: expected });
  });

  it("takes a cancelled deployment for a failed one, and no other", () => {
    expect(failureOfDeployment(deployment("cancelled-by-user"))?.class).toBe("transient");
    for (const status of ["queued", "in_progress", "finished"])
      expect(failureOfDeployment(deployment(status))).toBeNull();
  });
});

describe("a container that docker has started again", () => {
  it.each(["running:unknown", "restarting:unknown", "exited:unhealthy"])(
    "did not start its bot, %s: what matters before the claim alone",
    (status) => {
      expect(read(status, [FINISHED], {}, { restart_count: 3 }).startFailure).toEqual({
        class: "transient",
        reason: "Coolify: its container ended by itself, and docker started it again (3 times by now)",
      });
      expect(read(status, [FINISHED], {}, { restart_count: 0 }).startFailure).toBeUndefined();
    },
  );
});

describe("a sign that the bot's process has ended", () => {
  it.each([
    ["docker has started it again", "running:unknown", [FINISHED], { restart_count: 1 }, /1 times by now/],
    [
      "Coolify took it away",
      "exited:unhealthy",
      [FINISHED],
      { restart_count: 0, server_status: true },
      /shows no container/,
    ],
  ])("is there when %s, and is no end", (_, status, deployments, app, reason) => {
    const seen = read(status, deployments, {}, app);
    expect(seen).toMatchObject({ state: "running", restarted: { reason: expect.stringMatching(reason) } });
  });

  it.each([
    ["runs", "running:unknown", [FINISHED], {}],
    ["is not deployed yet", "exited:unhealthy", [], {}],
    ["is being deployed", "exited:unhealthy", [deployment("in_progress")], {}],
    ["is on a server that is out of order", "exited:unhealthy", [FINISHED], { server_status: false }],
  ])("is not there for one that %s", (_, status, deployments, app) => {
    expect(read(status, deployments, {}, { server_status: true, restart_count: 0, ...app }).restarted).toBeUndefined();
  });
});
