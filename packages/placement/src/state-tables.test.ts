import { describe, expect, it } from "vitest";
import {
  BOT_STATUSES,
  BOT_TRANSITIONS,
  canBotMove,
  FINAL_BOT_STATUSES,
  isFinalBotStatus,
  statusesBefore,
} from "./bot-status.ts";
import {
  CLAIMABLE_PHASES,
  canDeploymentMove,
  DEPLOYMENT_PHASES,
  DEPLOYMENT_TRANSITIONS,
  isLive,
  isOccupying,
  LIVE_PHASES,
  OCCUPYING_PHASES,
} from "./deployment-phase.ts";
import { canQueueEntryMove, OPEN_QUEUE_STATUSES, QUEUE_STATUSES, QUEUE_TRANSITIONS } from "./queue-status.ts";

function reachableFrom<State extends string>(start: State, table: Readonly<Record<State, readonly State[]>>) {
  const seen = new Set<State>([start]);
  for (const state of seen) for (const next of table[state]) seen.add(next);
  return seen;
}

describe("the states of a bot", () => {
  it("can all be reached, and a final one from each that is not final", () => {
    expect([...reachableFrom("SCHEDULED", BOT_TRANSITIONS)].sort()).toEqual([...BOT_STATUSES].sort());
    for (const status of BOT_STATUSES.filter((s) => !isFinalBotStatus(s))) {
      const ahead = reachableFrom(status, BOT_TRANSITIONS);
      expect(FINAL_BOT_STATUSES.some((final) => ahead.has(final))).toBe(true);
    }
  });

  it("are final for good at DONE, FATAL and CANCELLED, and nowhere else [meeting-baas#333]", () => {
    expect(BOT_STATUSES.filter(isFinalBotStatus)).toEqual([...FINAL_BOT_STATUSES]);
    for (const from of FINAL_BOT_STATUSES) for (const to of BOT_STATUSES) expect(canBotMove(from, to)).toBe(false);
  });

  it("only go forward, but for the ways back to QUEUED", () => {
    for (const from of BOT_STATUSES) {
      for (const to of BOT_TRANSITIONS[from]) {
        const forward = BOT_STATUSES.indexOf(to) > BOT_STATUSES.indexOf(from);
        expect(forward || to === "QUEUED", `${from} → ${to}`).toBe(true);
      }
    }
    expect(statusesBefore("QUEUED")).toEqual(["SCHEDULED", "DEPLOYING", "JOINING_CALL", "IN_WAITING_ROOM", "IN_CALL"]);
  });

  it("end FATAL from any that is not final, and CANCELLED only before the claim", () => {
    expect(statusesBefore("FATAL")).toEqual(BOT_STATUSES.filter((s) => !isFinalBotStatus(s)));
    expect(statusesBefore("CANCELLED")).toEqual(["SCHEDULED", "QUEUED", "DEPLOYING"]);
  });

  it("join a call only out of DEPLOYING, and take a final report anywhere in the call", () => {
    expect(statusesBefore("JOINING_CALL")).toEqual(["DEPLOYING"]);
    expect(statusesBefore("DONE")).toEqual(["JOINING_CALL", "IN_WAITING_ROOM", "IN_CALL", "LEAVING", "CALL_ENDED"]);
  });

  it("have statusesBefore as the exact inverse of the table", () => {
    for (const to of BOT_STATUSES) {
      for (const from of BOT_STATUSES) expect(statusesBefore(to).includes(from)).toBe(canBotMove(from, to));
    }
  });
});

describe("the phases of a deployment", () => {
  it("only move forward, can all be reached, and end at ENDED alone", () => {
    for (const from of DEPLOYMENT_PHASES) {
      for (const to of DEPLOYMENT_TRANSITIONS[from]) {
        expect(DEPLOYMENT_PHASES.indexOf(to), `${from} → ${to}`).toBeGreaterThan(DEPLOYMENT_PHASES.indexOf(from));
      }
    }
    expect(reachableFrom("RESERVED", DEPLOYMENT_TRANSITIONS).size).toBe(DEPLOYMENT_PHASES.length);
    expect(DEPLOYMENT_PHASES.filter((p) => DEPLOYMENT_TRANSITIONS[p].length === 0)).toEqual(["ENDED"]);
  });

  it("can be told to stop from any that is live, and end unstopped only while nothing is known to exist", () => {
    for (const phase of LIVE_PHASES) expect(canDeploymentMove(phase, "STOPPING")).toBe(true);
    expect(OCCUPYING_PHASES.filter((p) => canDeploymentMove(p, "ENDED"))).toEqual([
      "RESERVED",
      "LAUNCHING",
      "STOPPING",
    ]);
  });

  it("hold the slot until ENDED, are live until STOPPING, and take a claim only when something was sent", () => {
    expect(DEPLOYMENT_PHASES.filter(isOccupying)).toEqual([...OCCUPYING_PHASES]);
    expect(DEPLOYMENT_PHASES.filter((p) => !isOccupying(p))).toEqual(["ENDED"]);
    expect(DEPLOYMENT_PHASES.filter(isLive)).toEqual(["RESERVED", "LAUNCHING", "STARTING", "RUNNING"]);
    expect([...CLAIMABLE_PHASES]).toEqual(LIVE_PHASES.filter((p) => p !== "RESERVED"));
    for (const phase of CLAIMABLE_PHASES) expect(phase === "RUNNING" || canDeploymentMove(phase, "RUNNING")).toBe(true);
    expect(canDeploymentMove("STOPPING", "RUNNING")).toBe(false);
  });
});

describe("the statuses of a queue entry", () => {
  it("can all be reached, end anywhere but in an open one, and go back only from PROCESSING to WAITING", () => {
    expect(reachableFrom("WAITING", QUEUE_TRANSITIONS).size).toBe(QUEUE_STATUSES.length);
    expect(QUEUE_STATUSES.filter((s) => QUEUE_TRANSITIONS[s].length > 0)).toEqual([...OPEN_QUEUE_STATUSES]);
    const back = QUEUE_STATUSES.flatMap((from, at) =>
      QUEUE_STATUSES.slice(0, at).flatMap((to) => (canQueueEntryMove(from, to) ? [`${from} → ${to}`] : [])),
    );
    expect(back).toEqual(["PROCESSING → WAITING"]);
  });
});
