import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "./exit-codes.ts";
import {
  type Behaviour,
  LAUNCH_KEY,
  refusedClaim,
  startContractServer,
  UNAVAILABLE,
} from "./testing/contract-server.ts";
import { spawnBot } from "./testing/spawn-bot.ts";

/** Real processes on a machine that may be busy. */
const TEST_TIMEOUT_MS = 30_000;
const LONG_CALL = "https://meet.example/abc?join=10ms&waiting=10ms&call=1h&leave=10ms&pwd=secret";
const SHORT_CALL = "https://meet.example/abc?join=10ms&waiting=10ms&call=300ms&leave=10ms&pwd=secret";

describe("the bot process", { timeout: TEST_TIMEOUT_MS }, () => {
  it("goes through a call by the contract and exits with 0", async () => {
    await using milo = await startContractServer({ meetingUrl: SHORT_CALL });
    await using bot = spawnBot(milo.environment);
    expect(await bot.exited).toEqual({ code: EXIT_CODES.done, signal: null });
    expect(milo.statuses()).toEqual(["JOINING_CALL", "IN_WAITING_ROOM", "IN_CALL", "CALL_ENDED", "DONE"]);
    expect(milo.calls[0]?.name).toBe("claim");
    expect(milo.count("heartbeat")).toBeGreaterThan(0);
    expect(milo.problems).toEqual([]);
  });

  it("prints neither its token nor the meeting's query", async () => {
    await using milo = await startContractServer({ meetingUrl: SHORT_CALL });
    await using bot = spawnBot(milo.environment);
    await bot.exited;
    expect(bot.output()).toContain(LAUNCH_KEY);
    expect(bot.output()).not.toContain("secret");
    expect(bot.output()).not.toContain(milo.environment.MILO_ATTEMPT_TOKEN);
  });

  it("leaves on SIGTERM, reports it and exits with 0", async () => {
    await using milo = await startContractServer({ meetingUrl: LONG_CALL });
    await using bot = spawnBot(milo.environment);
    await milo.until(() => milo.statuses().includes("IN_CALL"));
    bot.kill("SIGTERM");
    expect(await bot.exited).toEqual({ code: EXIT_CODES.done, signal: null });
    expect(milo.statuses().slice(-3)).toEqual(["LEAVING", "CALL_ENDED", "DONE"]);
    expect(milo.event("LEAVING")?.code).toBe("TERMINATED");
  });

  it("leaves when a reply says so", async () => {
    await using milo = await startContractServer({ meetingUrl: LONG_CALL });
    await using bot = spawnBot(milo.environment);
    await milo.until(() => milo.statuses().includes("IN_CALL"));
    milo.orderLeave();
    expect((await bot.exited).code).toBe(EXIT_CODES.done);
    expect(milo.event("LEAVING")?.code).toBe("LEAVE_ORDERED");
  });

  it("sleeps when its claim is refused: no call, no exit, until SIGTERM", async () => {
    await using milo = await startContractServer({ meetingUrl: SHORT_CALL, behave: refusedClaim });
    await using bot = spawnBot(milo.environment);
    await bot.printed("the claim was refused");
    // Longer than its whole call would take.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(bot.isRunning()).toBe(true);
    expect(milo.calls).toHaveLength(1);
    bot.kill("SIGTERM");
    expect((await bot.exited).code).toBe(EXIT_CODES.claimRefused);
  });

  it("never runs twice: a second process of the attempt stays out of the call", async () => {
    await using milo = await startContractServer({ meetingUrl: LONG_CALL });
    await using first = spawnBot(milo.environment);
    await milo.until(() => milo.statuses().includes("IN_CALL"));
    await using second = spawnBot(milo.environment);
    await second.printed("the claim was refused");
    expect(new Set(milo.calls.filter((call) => call.name !== "claim").map((call) => call.bootId)).size).toBe(1);
    first.kill("SIGTERM");
    expect((await first.exited).code).toBe(EXIT_CODES.done);
    expect(second.isRunning()).toBe(true);
  });

  it("does not join on a lease that ran out, and asks anew under a new one", async () => {
    const frozenMs = 3_000;
    const behave: Behaviour = async (call, nth) => {
      if (call.name !== "events" || nth > 1) return undefined;
      await new Promise((resolve) => setTimeout(resolve, frozenMs));
      return undefined;
    };
    const settings = { meetingUrl: LONG_CALL, leaseMs: frozenMs / 2, heartbeatIntervalMs: 60_000, behave };
    await using milo = await startContractServer(settings);
    await using bot = spawnBot(milo.environment);
    await milo.until(() => milo.statuses().includes("IN_CALL"));
    expect(milo.calls.slice(0, 4).map((call) => call.name)).toEqual(["claim", "events", "heartbeat", "events"]);
    const [first, second] = milo.calls.filter((call) => call.name === "events");
    expect(second?.events[0]).toEqual(first?.events[0]);
    bot.kill("SIGKILL");
  });

  it("does not join after being frozen past its lease when its attempt was given to another meanwhile", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    let isRevoked = false;
    const behave: Behaviour = async (call) => {
      if (isRevoked && call.name === "heartbeat")
        return { status: 200, body: { accepted: false, leave: true, leaseMs: 0 } };
      if (isRevoked) return { status: 200, body: { accepted: false, leave: true, status: "QUEUED" } };
      if (call.name !== "events") return undefined;
      asked.resolve();
      await answer.promise;
      return undefined;
    };
    const settings = { meetingUrl: LONG_CALL, leaseMs: 300, heartbeatIntervalMs: 60_000, behave };
    await using milo = await startContractServer(settings);
    await using bot = spawnBot(milo.environment);
    await asked.promise;
    bot.kill("SIGSTOP");
    answer.resolve();
    isRevoked = true;
    await new Promise((resolve) => setTimeout(resolve, 400));
    bot.kill("SIGCONT");
    expect((await bot.exited).code).toBe(EXIT_CODES.done);
    const said = milo.calls.flatMap((call) => call.events.map((event) => event.status));
    expect(said).toEqual(["JOINING_CALL", "LEAVING", "CALL_ENDED", "DONE"]);
  });

  it.each(["claim", "events", "heartbeat"] as const)("lives through an outage of %s", async (name) => {
    const behave: Behaviour = (call, nth) => (call.name === name && nth <= 3 ? UNAVAILABLE : undefined);
    await using milo = await startContractServer({ meetingUrl: SHORT_CALL, behave });
    await using bot = spawnBot(milo.environment);
    expect((await bot.exited).code).toBe(EXIT_CODES.done);
    expect(milo.statuses()).toEqual(["JOINING_CALL", "IN_WAITING_ROOM", "IN_CALL", "CALL_ENDED", "DONE"]);
  });

  it("holds its final report until milo is back, without saying anything twice", async () => {
    let isDown = false;
    let refused = 0;
    const behave: Behaviour = (call) => {
      if (call.events.some((event) => event.status === "CALL_ENDED") && refused === 0) isDown = true;
      if (isDown) refused += 1;
      if (refused > 4) isDown = false;
      return isDown ? UNAVAILABLE : undefined;
    };
    await using milo = await startContractServer({ meetingUrl: SHORT_CALL, behave });
    await using bot = spawnBot(milo.environment);
    expect((await bot.exited).code).toBe(EXIT_CODES.done);
    expect(refused).toBeGreaterThan(4);
    expect(milo.statuses().slice(-2)).toEqual(["CALL_ENDED", "DONE"]);
  });

  it.each([
    ["refuse=1", EXIT_CODES.meetingRefused, "FATAL"],
    ["fail=mid-call", EXIT_CODES.meetingFailed, "FATAL"],
    ["crash=after-join&exit=9", 9, "IN_CALL"],
    ["exit=3", 3, "DONE"],
  ])("plays %s", async (script, code, lastStatus) => {
    await using milo = await startContractServer({ meetingUrl: `${SHORT_CALL}&${script}` });
    await using bot = spawnBot(milo.environment);
    expect((await bot.exited).code).toBe(code);
    expect(milo.statuses().at(-1)).toBe(lastStatus);
  });

  it("freezes when told to: no heartbeat and deaf to SIGTERM", async () => {
    await using milo = await startContractServer({ meetingUrl: `${SHORT_CALL}&freeze=after-join` });
    await using bot = spawnBot(milo.environment);
    await milo.until(() => milo.statuses().includes("IN_CALL"));
    // From milo's answer to the freeze: nothing to await, a frozen process says nothing.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const beats = milo.count("heartbeat");
    bot.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(milo.count("heartbeat")).toBe(beats);
    expect(bot.isRunning()).toBe(true);
  });

  it.each([
    [{}, "MILO_URL is not set, MILO_LAUNCH_KEY is not set, MILO_ATTEMPT_TOKEN is not set"],
    [{ MILO_URL: "nonsense", MILO_LAUNCH_KEY: LAUNCH_KEY, MILO_ATTEMPT_TOKEN: "t" }, "MILO_URL is malformed"],
  ])("exits with 64 and a sentence in a bad environment", async (environment, sentence) => {
    await using bot = spawnBot(environment);
    expect((await bot.exited).code).toBe(EXIT_CODES.badEnvironment);
    expect(bot.output()).toContain(sentence);
  });
});
