import { describe, expect, it } from "vitest";
import type { RawEnvironment } from "./problem.ts";
import { startReading } from "./read-shape.ts";
import { checkTimeOrder, readTimes } from "./read-times.ts";
import { DEFAULT_TIMES } from "./times.ts";
import { COMMON_TIMES_SHAPE, PLATFORM_TIMES_SHAPE } from "./times-variables.ts";

function read(env: RawEnvironment) {
  const reading = startReading(env);
  return { times: readTimes(reading), problems: reading.problems };
}

describe("times", () => {
  it("are the design's by default, and keep their order", () => {
    expect(read({})).toEqual({ times: DEFAULT_TIMES, problems: [] });
    expect(DEFAULT_TIMES).toMatchObject({
      claimLeaseMs: 60_000,
      heartbeatStaleMs: 120_000,
      dispatcherLeaseMs: 30_000,
      dispatcherLeaseRenewMs: 10_000,
      launchResolveMs: { k8s: 20_000, aws: 20_000, coolify: 20_000 },
      startByMs: { k8s: 180_000, aws: 180_000, coolify: 600_000 },
      leaveByMs: 120_000,
      maxDurationMs: 14_400_000,
    });
  });

  it("can each be set", () => {
    const names = Object.keys({ ...COMMON_TIMES_SHAPE, ...PLATFORM_TIMES_SHAPE });
    for (const name of names) {
      const changed = read({ [name]: "4000" });
      const refused = changed.problems.some((p) => p.variable === name);
      expect(refused || JSON.stringify(changed.times) !== JSON.stringify(DEFAULT_TIMES), name).toBe(true);
    }
    expect(read({ COOLIFY_START_BY_MS: "900000", AWS_LAUNCH_RESOLVE_MS: "5000", BOT_LEAVE_BY_MS: "60000" })).toEqual({
      times: {
        ...DEFAULT_TIMES,
        startByMs: { ...DEFAULT_TIMES.startByMs, coolify: 900_000 },
        launchResolveMs: { ...DEFAULT_TIMES.launchResolveMs, aws: 5_000 },
        leaveByMs: 60_000,
      },
      problems: [],
    });
  });

  it.each([
    [{ CLAIM_LEASE_MS: "23999" }, "CLAIM_LEASE_MS"],
    [{ HEARTBEAT_STALE_MS: "71999" }, "HEARTBEAT_STALE_MS"],
    [{ CLAIM_LEASE_MS: "120000" }, "HEARTBEAT_STALE_MS"],
    [{ DISPATCHER_LEASE_RENEW_MS: "15001" }, "DISPATCHER_LEASE_RENEW_MS"],
    [{ K8S_LAUNCH_RESOLVE_MS: "180001" }, "K8S_LAUNCH_RESOLVE_MS"],
    [{ AWS_START_BY_MS: "29999" }, "AWS_START_BY_MS"],
    [{ BOT_LEAVE_BY_MS: "23999" }, "BOT_LEAVE_BY_MS"],
    [{ BOT_MAX_DURATION_MS: "119999" }, "BOT_MAX_DURATION_MS"],
    [{ POLL_MAX_MS: "999" }, "POLL_MAX_MS"],
    [{ PLATFORM_LIST_MS: "60001" }, "PLATFORM_LIST_MS"],
    [{ HEALTH_CHECK_MS: "30001" }, "HEALTH_FRESH_MS"],
    [{ WEB_PRESENCE_MS: "30001" }, "WEB_PRESENCE_MS"],
  ])("that contradict one another (%j) are refused with a sentence and a value that fits", (env, variable) => {
    const { problems } = read(env);
    expect(problems.map((p) => p.variable)).toEqual([variable]);
    expect(problems[0]?.problem).toMatch(/must be at (least|most) \d+: .+/);
    const [name = "", value = ""] = problems[0]?.example.split("=") ?? [];
    expect(read({ ...env, [name]: value }).problems).toEqual([]);
  });

  it.each([
    [{ CLAIM_LEASE_MS: "24000" }],
    [{ HEARTBEAT_STALE_MS: "72000" }],
    [{ DISPATCHER_LEASE_RENEW_MS: "15000" }],
    [{ BOT_MAX_DURATION_MS: "120000" }],
    [{ POLL_MAX_MS: "1000" }],
    [{ HEALTH_CHECK_MS: "30000" }],
    [{ WEB_PRESENCE_MS: "30000" }],
  ])("at the very bound (%j) are taken", (env) => {
    expect(read(env).problems).toEqual([]);
  });

  it("never let a bot that is called silent still hold a lease", () => {
    const silentTooSoon = { ...DEFAULT_TIMES, heartbeatStaleMs: DEFAULT_TIMES.claimLeaseMs };
    expect(checkTimeOrder(silentTooSoon).map((p) => p.variable)).toEqual(["HEARTBEAT_STALE_MS"]);
  });
});
