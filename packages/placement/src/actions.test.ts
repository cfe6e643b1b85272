import { describe, expect, it } from "vitest";
import { botCan, deploymentCan, platformCan, queueCan } from "./actions.ts";
import { BOT_STATUSES, canBotMove, FINAL_BOT_STATUSES, statusesBefore } from "./bot-status.ts";
import { DEPLOYMENT_PHASES } from "./deployment-phase.ts";
import { PLATFORM_MODES } from "./platforms.ts";
import { OPEN_QUEUE_STATUSES, QUEUE_STATUSES } from "./queue-status.ts";

describe("what may be done to a bot", () => {
  it("is offered only where the table of states has its outcome", () => {
    for (const status of botCan.stop.states) {
      expect(canBotMove(status, "CANCELLED") || canBotMove(status, "LEAVING"), status).toBe(true);
    }
    expect(botCan.cancel.states).toEqual(statusesBefore("CANCELLED"));
  });

  it("is a retry for every bot that has ended, once no container that has claimed may be in its call", () => {
    const can = (claimedContainerMayRun: boolean) =>
      BOT_STATUSES.filter((status) => botCan.retry({ status, claimedContainerMayRun }).can);
    expect(can(false)).toEqual(BOT_STATUSES.filter((status) => FINAL_BOT_STATUSES.some((final) => final === status)));
    expect(can(true)).toEqual([]);
    expect(botCan.retry({ status: "FATAL", claimedContainerMayRun: true }).reason).toMatch(/wait until .* gone/);
  });

  it("is a stop for every bot that is not on its way out", () => {
    const out = ["LEAVING", "CALL_ENDED", ...FINAL_BOT_STATUSES];
    expect(botCan.stop.states).toEqual(BOT_STATUSES.filter((status) => !out.includes(status)));
  });
});

it("a wait is ended only while it lasts, and its priority changed also while its attempt may fail", () => {
  expect(queueCan.cancel.states).toEqual(["WAITING"]);
  expect(queueCan.setPriority.states).toEqual([...OPEN_QUEUE_STATUSES]);
});

it("an operator's word that a container is gone counts once its bot has claimed, and until it has ended", () => {
  expect(deploymentCan.confirmGone.states).toEqual(["RUNNING", "STOPPING"]);
});

it("a platform is set to any mode but the one it has, and to that with another reason", () => {
  for (const mode of PLATFORM_MODES) {
    for (const wanted of PLATFORM_MODES) {
      expect(platformCan.setMode[wanted]({ mode, modeReason: null }).can).toBe(mode !== wanted);
      expect(platformCan.setMode[wanted]({ mode, modeReason: null }, "an upgrade").can).toBe(true);
    }
  }
  expect(platformCan.confirmMassStop({ massStop: null }).can).toBe(false);
  expect(platformCan.confirmMassStop({ massStop: {} }).can).toBe(true);
});

it("another container while the old one may run is for what cannot be reached, or waits for its last one to be gone", () => {
  const silent = { phase: "RUNNING", holdsBot: false, isSilent: true, isStopRequested: false } as const;
  expect(deploymentCan.replaceAnyway(silent).can).toBe(true);
  expect(deploymentCan.replaceAnyway({ ...silent, phase: "STOPPING", holdsBot: true }).can).toBe(true);
  expect(deploymentCan.replaceAnyway({ ...silent, phase: "STOPPING" }).reason).toMatch(/No container/);
  expect(deploymentCan.replaceAnyway({ ...silent, phase: "STARTING" }).reason).toMatch(/No container/);
  expect(deploymentCan.replaceAnyway({ ...silent, isSilent: false }).reason).toMatch(/can be reached/);
  expect(deploymentCan.replaceAnyway({ ...silent, isStopRequested: true }).reason).toMatch(/stop/);
});

it("every refusal says why, in a sentence, and no consent has a reason", () => {
  const verdicts = [
    ...[botCan.stop, botCan.cancel].flatMap((may) => BOT_STATUSES.map(may)),
    ...[true, false].flatMap((claimedContainerMayRun) =>
      BOT_STATUSES.map((status) => botCan.retry({ status, claimedContainerMayRun })),
    ),
    ...Object.values(queueCan).flatMap((may) => QUEUE_STATUSES.map(may)),
    ...DEPLOYMENT_PHASES.map(deploymentCan.confirmGone),
    ...PLATFORM_MODES.map((mode) => platformCan.setMode[mode]({ mode, modeReason: null })),
    platformCan.confirmMassStop({ massStop: null }),
  ];
  for (const { can, reason } of verdicts) {
    if (can) expect(reason).toBeNull();
    else expect(reason).toMatch(/^[A-Z].{10,}[^.]$/);
  }
});
