import { BOT_API, FINAL_REPORT_PATIENCE_MS } from "@milo/bot-contract";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { createFakeMilo, DOWN, ENVIRONMENT } from "../testing/fake-milo.ts";
import { createTestDriver } from "../testing/test-driver.ts";
import { LEAVE_PATIENCE } from "./attend.ts";
import { CLAIM_PATIENCE_MS } from "./claim.ts";
import { createLeaveOrder } from "./leave-order.ts";
import { REFUSED_SLEEP_MS, runSession } from "./session.ts";

function startSession() {
  const milo = createFakeMilo();
  const meeting = createTestDriver();
  const leave = createLeaveOrder();
  let exitCode: number | null = null;
  const start = () => {
    const parts = { environment: ENVIRONMENT, driver: meeting.driver, effects: milo.effects, leave };
    void runSession(parts).then((code) => {
      exitCode = code;
    });
  };
  return { milo, meeting, leave, start, exitCode: () => exitCode };
}

const LEAVE_REPLY = { status: 200, body: { accepted: true, leave: true, leaseMs: 60_000 } };
const REVOKED_REPLY = { status: 200, body: { accepted: false, leave: false, leaseMs: 0 } };

describe("the life of a bot", () => {
  it("reports every status in order and exits with 0 once DONE was answered", async () => {
    const { milo, meeting, start, exitCode } = startSession();
    start();
    await milo.clock.advance(0);
    meeting.tell({ status: "IN_WAITING_ROOM", code: "WAITING" });
    meeting.tell({ status: "IN_CALL", code: "ADMITTED" });
    meeting.end();
    await milo.clock.advance(0);
    expect(milo.sentStatuses()).toEqual(["JOINING_CALL", "IN_WAITING_ROOM", "IN_CALL", "CALL_ENDED", "DONE"]);
    expect(exitCode()).toBe(EXIT_CODES.done);
  });

  it("uses one boot id for all calls of a process", async () => {
    const { milo, meeting, start } = startSession();
    start();
    await milo.clock.advance(25_000);
    meeting.end();
    await milo.clock.advance(0);
    expect(new Set(milo.calls.map((call) => call.bootId)).size).toBe(1);
  });

  it("beats at the interval the claim names, spread by a fifth at most", async () => {
    const { milo, start } = startSession();
    const draws = [0, 0.999, 0.5];
    milo.effects.random = () => draws.shift() ?? 0.5;
    start();
    await milo.clock.advance(31_000);
    const beats = milo.callsTo(BOT_API.heartbeat).map((call) => Math.round(call.atMs / 1_000));
    expect(beats).toEqual([9, 21, 31]);
  });

  it("reports FATAL and exits with 3 when the meeting client crashes, without the meeting's password", async () => {
    const { milo, meeting, start, exitCode } = startSession();
    start();
    await milo.clock.advance(0);
    meeting.crash(new Error(`net::ERR at ${milo.configuration.meetingUrl}`));
    await milo.clock.advance(0);
    const final = milo.calls.at(-1)?.events.at(-1);
    expect(final).toMatchObject({ status: "FATAL", code: "DRIVER_CRASHED" });
    expect(final?.message).toBe("net::ERR at https://meet.example/abc?…");
    expect(milo.lines.join()).not.toContain("secret");
    expect(exitCode()).toBe(EXIT_CODES.meetingFailed);
  });

  it("exits with 2 when the meeting turned it away", async () => {
    const { milo, meeting, start, exitCode } = startSession();
    start();
    await milo.clock.advance(0);
    meeting.end({ result: "refused", code: "MEETING_REFUSED" });
    await milo.clock.advance(0);
    expect(milo.sentStatuses()).toEqual(["JOINING_CALL", "FATAL"]);
    expect(exitCode()).toBe(EXIT_CODES.meetingRefused);
  });
});

describe("the claim", () => {
  it("never joins and does not exit when it is refused, until SIGTERM", async () => {
    const { milo, meeting, leave, start, exitCode } = startSession();
    milo.answers.claim = () => ({ status: 409, body: { accepted: false, code: "attempt_over", reason: "revoked" } });
    start();
    await milo.clock.advance(REFUSED_SLEEP_MS - 1);
    expect(exitCode()).toBeNull();
    expect(milo.calls).toHaveLength(1);
    expect(meeting.hasJoined()).toBe(false);
    leave.order("terminated");
    await milo.clock.advance(0);
    expect(exitCode()).toBe(EXIT_CODES.claimRefused);
  });

  it("ends a refused sleep at its maximum duration", async () => {
    const { milo, start, exitCode } = startSession();
    milo.answers.claim = () => ({ status: 409, body: { accepted: false, code: "attempt_over", reason: "revoked" } });
    start();
    await milo.clock.advance(REFUSED_SLEEP_MS);
    expect(exitCode()).toBe(EXIT_CODES.claimRefused);
  });

  it("outlives an outage of milo shorter than its patience", async () => {
    const { milo, meeting, start } = startSession();
    const { claim } = milo.answers;
    milo.answers.claim = () => DOWN;
    start();
    await milo.clock.advance(CLAIM_PATIENCE_MS - 20_000);
    expect(meeting.hasJoined()).toBe(false);
    milo.answers.claim = claim;
    await milo.clock.advance(10_000);
    expect(meeting.hasJoined()).toBe(true);
  });

  it("exits with 4 when milo stays away longer than its patience", async () => {
    const { milo, start, exitCode } = startSession();
    milo.answers.claim = () => ({ status: 503, body: {} });
    start();
    await milo.clock.advance(CLAIM_PATIENCE_MS);
    expect(exitCode()).toBe(EXIT_CODES.notClaimed);
  });

  it("takes a page of HTML with status 200 for an outage, not for a grant", async () => {
    const { milo, meeting, start } = startSession();
    milo.answers.claim = () => ({ status: 200, body: "<html>" });
    start();
    await milo.clock.advance(60_000);
    expect(meeting.hasJoined()).toBe(false);
    expect(milo.callsTo(BOT_API.claim).length).toBeGreaterThan(5);
  });

  it("does not ask again when its token is unknown", async () => {
    const { milo, start, exitCode } = startSession();
    milo.answers.claim = () => ({ status: 401, body: {} });
    start();
    await milo.clock.advance(0);
    expect(milo.calls).toHaveLength(1);
    expect(exitCode()).toBe(EXIT_CODES.notClaimed);
  });
});

describe("the permission to join", () => {
  it("is not used when the lease ran out while JOINING_CALL was being answered: it renews and asks again", async () => {
    const { milo, meeting, start } = startSession();
    const { events, heartbeat } = milo.answers;
    milo.answers.heartbeat = () => DOWN;
    milo.answers.events = (call) => {
      milo.clock.freezeFor(60_000);
      return events(call);
    };
    start();
    await milo.clock.advance(5_000);
    expect(meeting.hasJoined()).toBe(false);
    milo.answers.heartbeat = heartbeat;
    milo.answers.events = events;
    await milo.clock.advance(20_000);
    expect(meeting.hasJoined()).toBe(true);
    const joinings = milo.callsTo(BOT_API.events).map((call) => call.events[0]?.id);
    expect(joinings).toHaveLength(2);
    expect(new Set(joinings).size).toBe(1);
  });

  it("counts the lease from the send of the claim, not from its answer", async () => {
    const { milo, meeting, start } = startSession();
    const { claim } = milo.answers;
    milo.answers.heartbeat = () => DOWN;
    milo.answers.claim = () => {
      milo.clock.freezeFor(60_000);
      return claim();
    };
    start();
    await milo.clock.advance(5_000);
    expect(milo.callsTo(BOT_API.events)).toHaveLength(0);
    expect(meeting.hasJoined()).toBe(false);
  });

  it("is gone for good when the attempt was revoked meanwhile", async () => {
    const { milo, meeting, start, exitCode } = startSession();
    milo.answers.events = () => ({ status: 200, body: { accepted: false, leave: true, status: "QUEUED" } });
    start();
    await milo.clock.advance(0);
    expect(meeting.hasJoined()).toBe(false);
    expect(exitCode()).toBe(EXIT_CODES.done);
  });

  it("is not given by an answer that JOINING_CALL did not take effect", async () => {
    const { milo, meeting, start } = startSession();
    milo.answers.events = () => ({ status: 200, body: { accepted: true, leave: false, status: "DEPLOYING" } });
    start();
    await milo.clock.advance(0);
    expect(meeting.hasJoined()).toBe(false);
  });

  it("is waited for while milo is down, and never taken for granted", async () => {
    const { milo, meeting, start } = startSession();
    const { events } = milo.answers;
    milo.answers.events = () => DOWN;
    start();
    await milo.clock.advance(300_000);
    expect(meeting.hasJoined()).toBe(false);
    milo.answers.events = events;
    await milo.clock.advance(10_000);
    expect(meeting.hasJoined()).toBe(true);
  });

  it("ends with an order to leave before it joined, and the bot reports LEAVING and DONE", async () => {
    const { milo, meeting, start, exitCode } = startSession();
    const { events } = milo.answers;
    milo.answers.events = () => DOWN;
    start();
    await milo.clock.advance(1_000);
    milo.answers.heartbeat = () => LEAVE_REPLY;
    await milo.clock.advance(11_000);
    milo.answers.events = events;
    await milo.clock.advance(10_000);
    expect(meeting.hasJoined()).toBe(false);
    expect(
      milo
        .callsTo(BOT_API.events)
        .at(-1)
        ?.events.map((event) => event.status),
    ).toEqual(["JOINING_CALL", "LEAVING", "CALL_ENDED", "DONE"]);
    expect(exitCode()).toBe(EXIT_CODES.done);
  });
});

describe("leaving", () => {
  async function inCall() {
    const session = startSession();
    session.start();
    await session.milo.clock.advance(0);
    session.meeting.tell({ status: "IN_CALL", code: "ADMITTED" });
    await session.milo.clock.advance(0);
    return session;
  }

  it("follows a heartbeat that says leave", async () => {
    const { milo, meeting, exitCode } = await inCall();
    milo.answers.heartbeat = () => LEAVE_REPLY;
    await milo.clock.advance(12_000);
    expect(meeting.left).toEqual(["asked"]);
    meeting.end({ result: "ended", code: "LEFT" });
    await milo.clock.advance(0);
    expect(milo.sentStatuses().slice(2)).toEqual(["LEAVING", "CALL_ENDED", "DONE"]);
    expect(exitCode()).toBe(EXIT_CODES.done);
  });

  it("follows a heartbeat that is not accepted, whatever else it says", async () => {
    const { milo, meeting } = await inCall();
    milo.answers.heartbeat = () => REVOKED_REPLY;
    await milo.clock.advance(12_000);
    expect(meeting.left).toEqual(["asked"]);
  });

  it("does not follow from milo's silence, however long", async () => {
    const { milo, meeting, exitCode } = await inCall();
    milo.answers.heartbeat = () => DOWN;
    milo.answers.events = () => DOWN;
    await milo.clock.advance(3_000_000);
    expect(meeting.left).toEqual([]);
    expect(exitCode()).toBeNull();
  });

  it("follows from the maximum duration, counted from the claim", async () => {
    const { milo, meeting } = await inCall();
    await milo.clock.advance(milo.configuration.maxDurationMs - 1);
    expect(meeting.left).toEqual([]);
    await milo.clock.advance(1);
    expect(meeting.left).toEqual(["max_duration"]);
  });

  it("passes SIGTERM on even after milo's order", async () => {
    const { milo, meeting, leave } = await inCall();
    milo.answers.heartbeat = () => LEAVE_REPLY;
    await milo.clock.advance(12_000);
    leave.order("terminated");
    await milo.clock.advance(0);
    expect(meeting.left).toEqual(["asked", "terminated"]);
  });

  it("gives up a meeting client that does not leave, and says so", async () => {
    const { milo, leave, exitCode } = await inCall();
    leave.order("terminated");
    await milo.clock.advance(LEAVE_PATIENCE.terminatedMs);
    expect(milo.calls.at(-1)?.events.at(-1)).toMatchObject({ status: "FATAL", code: "LEAVE_TIMEOUT" });
    expect(exitCode()).toBe(EXIT_CODES.meetingFailed);
  });
});

describe("the final report", () => {
  it("is repeated until milo answers, while the heart goes on beating [vexa#18]", async () => {
    const { milo, meeting, start, exitCode } = startSession();
    start();
    await milo.clock.advance(0);
    const { events } = milo.answers;
    milo.answers.events = () => DOWN;
    meeting.end();
    await milo.clock.advance(FINAL_REPORT_PATIENCE_MS - 20_000);
    expect(exitCode()).toBeNull();
    expect(milo.callsTo(BOT_API.heartbeat).length).toBeGreaterThan(50);
    milo.answers.events = events;
    await milo.clock.advance(10_000);
    expect(exitCode()).toBe(EXIT_CODES.done);
  });

  it("ends the process unheard after ten minutes, with its own exit code", async () => {
    const { milo, meeting, start, exitCode } = startSession();
    start();
    await milo.clock.advance(0);
    milo.answers.events = () => DOWN;
    meeting.end();
    await milo.clock.advance(FINAL_REPORT_PATIENCE_MS);
    expect(exitCode()).toBe(EXIT_CODES.reportUndelivered);
  });
});
