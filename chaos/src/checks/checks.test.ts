import { describe, expect, it } from "vitest";
import { checkAdmitted } from "./admitted.ts";
import { checkBreaks } from "./breaks.ts";
import { checkRecords } from "./check.ts";
import { checkClaims } from "./claims.ts";
import { checkEnds } from "./ends.ts";
import { checkHeard } from "./heard.ts";
import { checkKept } from "./kept.ts";
import { checkAdmissions, checkRunning } from "./limits.ts";
import { recordsOf, runOf, slotOf } from "./records.testkit.ts";
import { checkRest } from "./rest.ts";
import { checkStops } from "./stops.ts";

const sentences = (found: readonly { what: string }[]) => found.map(({ what }) => what);

it("finds nothing wrong with a bot that went well", () => {
  expect(checkRecords(recordsOf())).toEqual([]);
});

describe("checkAdmissions", () => {
  it("reports a slot that was given while as many were taken as the limit allows", () => {
    const slots = [slotOf(1), slotOf(2, { takenMs: 9_999 })];
    expect(sentences(checkAdmissions(recordsOf({ slots })))).toEqual(["k8s was given bot-1-a2 as number 2 of 1"]);
  });

  it("accepts one that came free the moment before, a found container above the limit, and another platform", () => {
    const slots = [
      slotOf(1),
      slotOf(2, { takenMs: 10_000 }),
      slotOf(3, { takenMs: 10_001, botId: null }),
      slotOf(4, { takenMs: 5_000, platform: "aws" }),
    ];
    expect(checkAdmissions(recordsOf({ slots }))).toEqual([]);
  });
});

describe("checkRunning", () => {
  const two = { slots: [slotOf(1), slotOf(2)], runs: [runOf(1), runOf(2, { startMs: 3_000 })] };

  it("reports more containers at once than any limit since the oldest was admitted", () => {
    expect(checkRunning(recordsOf(two))).toHaveLength(1);
    const past = [
      { platform: "k8s", limit: 2, atMs: 0 },
      { platform: "k8s", limit: 1, atMs: 500 },
    ] as const;
    expect(checkRunning(recordsOf({ ...two, limits: past }))).toHaveLength(1);
  });

  it("accepts them under a limit that was higher when the oldest was admitted", () => {
    const limits = [
      { platform: "k8s", limit: 2, atMs: 0 },
      { platform: "k8s", limit: 1, atMs: 2_500 },
    ] as const;
    expect(checkRunning(recordsOf({ ...two, limits }))).toEqual([]);
  });

  it("leaves out what started after its attempt was over, unless it was let into its meeting", () => {
    const late = { ...two, slots: [slotOf(1), slotOf(2, { freedMs: 2_000 })] };
    expect(checkRunning(recordsOf(late))).toEqual([]);
    const claims = [{ launchKey: "bot-1-a2", bootId: "boot-2", atMs: 3_500 }];
    expect(checkRunning(recordsOf({ ...late, claims }))).toHaveLength(1);
  });
});

describe("checkClaims", () => {
  const slots = [slotOf(1), slotOf(2)];
  const claim = (number: number, atMs: number) => ({ launchKey: `bot-1-a${number}`, bootId: `boot-${number}`, atMs });

  it("reports a claim while another process of the bot is past its own", () => {
    const runs = [runOf(1), runOf(2, { startMs: 4_000, endMs: 20_000 })];
    const found = checkClaims(recordsOf({ slots, runs, claims: [claim(1, 2_000), claim(2, 9_499)] }));
    expect(sentences(found)).toEqual(["bot-1-a2 claimed for bot 1 while bot-1-a1 was still past its claim"]);
  });

  it("reports a second process of one attempt", () => {
    const runs = [runOf(1, { endMs: null }), runOf(1, { startMs: 4_000, endMs: null })];
    const second = { launchKey: "bot-1-a1", bootId: "boot-9", atMs: 5_000 };
    expect(checkClaims(recordsOf({ slots, runs, claims: [claim(1, 2_000), second] }))).toHaveLength(1);
  });

  it("accepts one after the other, and a claim that was asked again", () => {
    const runs = [runOf(1), runOf(2, { startMs: 4_000, endMs: 20_000 })];
    const claims = [claim(1, 2_000), claim(1, 2_500), claim(2, 9_500)];
    expect(checkClaims(recordsOf({ slots, runs, claims }))).toEqual([]);
  });
});

describe("checkEnds", () => {
  it.each([
    ["is gone", { bots: [] }],
    ["is not final", { bot: { status: "IN_CALL", finalMs: null, finals: 0 } }],
    ["became final twice", { bot: { finals: 2 } }],
    ["has no reason", { bot: { reason: null } }],
    ["has no code", { bot: { code: null } }],
    ["ran on past its time", { bot: { finalMs: 67_001 } }],
    ["left late", { bot: { finalMs: 15_001 }, attempt: { leaveByMs: 10_000 } }],
    ["started late", { bot: { finalMs: 31_001 }, entry: { timeoutMs: 5_000 }, attempt: { claimedMs: null } }],
    ["waited too long", { bot: { finalMs: 14_001 }, entry: { timeoutMs: 9_000 }, attempt: { claimedMs: null } }],
    ["waited too long without an attempt", { bot: { finalMs: 14_001 }, entry: { timeoutMs: 9_000 }, attempts: [] }],
  ])("reports a bot that %s", (_what, other) => {
    expect(checkEnds(recordsOf(other))).toHaveLength(1);
  });

  const late = { bot: { finalMs: 24_000 }, entry: { timeoutMs: 9_000 }, attempts: [] };

  it("does not count time without a dispatcher", () => {
    expect(checkEnds(recordsOf({ ...late, noDispatcher: [{ fromMs: 8_000, toMs: 19_001 }] }))).toEqual([]);
    expect(checkEnds(recordsOf({ ...late, noDispatcher: [{ fromMs: 8_000, toMs: 18_999 }] }))).toHaveLength(1);
  });

  it("measures by the database's clock, however it jumped", () => {
    const back = [
      { atMs: 0, shiftMs: 0 },
      { atMs: 5_000, shiftMs: -12_000 },
    ];
    expect(checkEnds(recordsOf({ ...late, shifts: back }))).toEqual([]);
    const ahead = [
      { atMs: 0, shiftMs: 0 },
      { atMs: 5_000, shiftMs: 4_000 },
    ];
    expect(checkEnds(recordsOf({ ...late, bot: { finalMs: 10_001 }, shifts: ahead }))).toHaveLength(1);
    expect(checkEnds(recordsOf({ ...late, bot: { finalMs: 9_999 }, shifts: ahead }))).toEqual([]);
  });

  it("counts no missing claim in time in which nobody would have heard it", () => {
    const unclaimed = {
      bot: { finalMs: 50_000 },
      entry: { timeoutMs: 5_000 },
      attempt: { claimedMs: null, stoppingMs: 50_000 },
    };
    expect(checkEnds(recordsOf(unclaimed))).toHaveLength(1);
    expect(checkEnds(recordsOf({ ...unclaimed, noWeb: [{ fromMs: 2_000, toMs: 4_000 }] }))).toEqual([]);
  });
});

describe("checkAdmitted", () => {
  it.each([
    ["where it may not be given", [slotOf(1, { closed: "its breaker was open" })]],
    ["past its wait", [slotOf(1, { pastWaitMs: 0 })]],
    ["beside the one trial", [slotOf(1, { trial: 7 }), slotOf(2, { trial: 7, takenMs: 1_500 })]],
  ] as const)("reports a slot that is given %s", (_what, slots) => {
    expect(checkAdmitted(recordsOf({ slots }))).toHaveLength(1);
  });

  it("accepts a trial of each time that a breaker is half open, one after a jump, and what was found", () => {
    const slots = [
      slotOf(1, { trial: 7 }),
      slotOf(2, { trial: 8, takenMs: 1_500 }),
      slotOf(3, { trial: 8, takenMs: 1_700 }),
      slotOf(4, { trial: 8, botId: null, closed: "its mode was hold", pastWaitMs: null }),
    ];
    expect(checkAdmitted(recordsOf({ slots, shifts: [{ atMs: 1_600, shiftMs: -2_000 }] }))).toEqual([]);
  });
});

describe("checkBreaks", () => {
  it("reports what the database noted", () => {
    const breaks = [{ launchKey: "bot-1-a1", what: "went back from STOPPING to RUNNING" }];
    expect(sentences(checkBreaks(recordsOf({ breaks })))).toEqual(["bot-1-a1 went back from STOPPING to RUNNING"]);
  });
});

describe("checkHeard", () => {
  const unclaimed = { attempt: { reason: "Its bot did not claim in time", stoppingMs: 31_000 } };

  it("reports an attempt that was given up for want of a claim which nobody could have heard", () => {
    expect(checkHeard(recordsOf({ ...unclaimed, noStamp: [{ fromMs: 3_000, toMs: 30_000 }] }))).toHaveLength(1);
  });

  it("accepts one that could be heard long enough, and another end", () => {
    expect(checkHeard(recordsOf({ ...unclaimed, noStamp: [{ fromMs: 3_000, toMs: 8_000 }] }))).toEqual([]);
    expect(checkHeard(recordsOf({ noStamp: [{ fromMs: 0, toMs: 30_000 }] }))).toEqual([]);
  });
});

describe("checkKept", () => {
  it.each([
    ["runs on", runOf(1, { endMs: 10_001 })],
    ["runs to this day", runOf(1, { endMs: null })],
    ["starts later", runOf(1, { createdMs: 9_999, startMs: 12_000, endMs: 13_000 })],
  ])("reports a slot that comes back while its container %s", (_what, run) => {
    expect(checkKept(recordsOf({ runs: [run] }))).toHaveLength(1);
  });

  it("accepts what was asked for when the slot had come back", () => {
    const late = runOf(1, { createdMs: 10_001, startMs: 12_000, endMs: null });
    expect(checkKept(recordsOf({ runs: [runOf(1), late] }))).toEqual([]);
  });
});

describe("checkRest", () => {
  it.each([
    ["a container", { run: { endMs: null } }],
    ["a slot", { attempt: { phase: "STOPPING" } }],
    ["what runs nothing", { left: [{ platform: "k8s" as const, name: "bot-1-a1" }] }],
    ["an entry", { entry: { status: "WAITING" } }],
    ["a table that grew", { tables: [{ name: "dispatchers", rows: 11, most: 10 }] }],
    ["a figure that is not so", { shown: [{ what: "bots that wait", api: 1, database: 0 }] }],
  ])("reports %s that is left", (_what, other) => {
    expect(checkRest(recordsOf(other))).toHaveLength(1);
  });
});

describe("checkStops", () => {
  const told = (platform: "k8s" | "coolify", toldToStopMs: number) =>
    checkStops(recordsOf({ run: { platform, toldToStopMs } }));

  it("reports a container that is told to stop before its attempt is to end", () => {
    expect(told("coolify", 8_999)).toHaveLength(1);
    expect(checkStops(recordsOf({ run: { platform: "coolify", toldToStopMs: 1 }, attempts: [] }))).toEqual([]);
  });

  it("accepts what Coolify stops by itself: one that docker started again, and one that another deployment replaces", () => {
    const first = runOf(1, { platform: "coolify", endMs: 5_000 });
    const again = runOf(1, { platform: "coolify", startMs: 5_100, toldToStopMs: 5_400, endMs: 5_500 });
    expect(checkStops(recordsOf({ runs: [first, again] }))).toEqual([]);
    const replaced = runOf(1, { platform: "coolify", toldToStopMs: 5_100, endMs: 5_200 });
    expect(checkStops(recordsOf({ runs: [replaced, { ...again, toldToStopMs: null }] }))).toEqual([]);
  });

  it("accepts one that is told when its attempt is over, and one that its platform takes away", () => {
    expect(told("coolify", 9_001)).toEqual([]);
    expect(told("k8s", 8_999)).toEqual([]);
  });
});
