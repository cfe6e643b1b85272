import type { BotConfiguration, BotEnvironment } from "@milo/bot-contract";
import type { MeetingDriver, MeetingEnd } from "../drivers/meeting-driver.ts";
import type { Effects } from "../effects/effects.ts";
import { printableMeeting } from "../effects/log.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { createMiloClient, type MiloClient } from "../milo-client.ts";
import { attendMeeting, LEAVE_PATIENCE, type LeavePatience } from "./attend.ts";
import { type ClaimResult, claimAttempt } from "./claim.ts";
import { createEventMaker } from "./events.ts";
import { reportEnd, type Send } from "./final-report.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { createLease } from "./lease.ts";
import type { LeaveOrder, LeaveReason } from "./leave-order.ts";
import { createOutbox } from "./outbox.ts";
import { askToJoin } from "./permission-to-join.ts";

/** How long a refused bot sleeps unless SIGTERM comes: milo's default maximum duration of a bot. */
export const REFUSED_SLEEP_MS = 4 * 60 * 60 * 1_000;

type SessionParts = {
  environment: BotEnvironment;
  driver: MeetingDriver;
  effects: Effects;
  leave: LeaveOrder;
  leavePatience?: LeavePatience;
};

type Claimed = Extract<ClaimResult, { kind: "granted" }>;

/**
 * One bot from claim to final report. The boot id is made here, once per process. Never rejects because of milo.
 *
 * @returns the process's exit code; the caller exits with it at once
 */
export async function runSession(parts: SessionParts): Promise<number> {
  const { effects, leave } = parts;
  const client = createMiloClient(parts.environment, effects.newId(), effects);
  const claim = await claimAttempt(client, effects, leave.signal);
  if (claim.kind === "given_up") {
    effects.log("error", "the claim could not be made", { reason: claim.reason });
    return EXIT_CODES.notClaimed;
  }
  if (claim.kind === "refused") {
    const { code, reason } = claim.reply;
    effects.log("warn", "the claim was refused: not joining, sleeping until SIGTERM", { code, reason });
    await effects.clock.sleep(REFUSED_SLEEP_MS, leave.signal);
    return EXIT_CODES.claimRefused;
  }
  return runClaimed(parts, client, claim);
}

async function runClaimed(parts: SessionParts, client: MiloClient, claim: Claimed): Promise<number> {
  const { effects, leave } = parts;
  const { configuration, heartbeatIntervalMs, leaseMs } = claim.reply;
  effects.log("info", "claimed", { botId: configuration.botId, meeting: printableMeeting(configuration.meetingUrl) });

  const lease = createLease(effects.clock);
  lease.grant(claim.sentAtMs, leaseMs);
  const outbox = createOutbox(client, effects, (reply) => {
    if (reply.leave || !reply.accepted) leave.order("asked");
  });
  const heartbeat = createHeartbeat(client, lease, leave, effects);
  const over = new AbortController();
  void heartbeat.run(heartbeatIntervalMs, over.signal);
  void leaveAfter(configuration.maxDurationMs - (effects.clock.monotonicMs() - claim.sentAtMs), parts, over.signal);

  const makeEvent = createEventMaker(effects, configuration.meetingUrl);
  const send: Send = (draft) => {
    const event = makeEvent(draft);
    effects.log("info", "event", { status: event.status, code: event.code, text: event.message });
    return outbox.send(event);
  };
  const joining = makeEvent({ status: "JOINING_CALL", code: "JOINING" });
  const mayJoin = await askToJoin(joining, { lease, heartbeat, outbox, leave });
  const end = mayJoin ? await attend(parts, configuration, send) : leaveUnjoined(leave, send);
  const exitCode = await reportEnd(end, effects, send);
  over.abort();
  return exitCode;
}

async function leaveAfter(ms: number, { effects, leave }: SessionParts, over: AbortSignal): Promise<void> {
  await effects.clock.sleep(ms, over);
  if (!over.aborted) leave.order("max_duration");
}

function attend(parts: SessionParts, configuration: BotConfiguration, send: Send): Promise<MeetingEnd> {
  const { effects, leave, driver, leavePatience = LEAVE_PATIENCE } = parts;
  return attendMeeting(driver, configuration, {
    clock: effects.clock,
    leave,
    patience: leavePatience,
    // Once LEAVING is reported, earlier statuses cannot take effect any more; what happened is still recorded.
    report: async (report) => void (await send(leave.reason() ? { ...report, status: undefined } : report)),
    onLeaving: () => void send(describeLeaving(leave.reason() ?? "asked")),
  });
}

function leaveUnjoined(leave: LeaveOrder, send: Send): MeetingEnd {
  void send(describeLeaving(leave.reason() ?? "asked"));
  return { result: "ended", code: "NOT_JOINED", message: "It was not to join any more." };
}

function describeLeaving(reason: LeaveReason) {
  const texts = {
    asked: { code: "LEAVE_ORDERED", message: "milo told it to leave." },
    max_duration: { code: "MAX_DURATION", message: "It reached its maximum duration." },
    terminated: { code: "TERMINATED", message: "The platform sent SIGTERM." },
  } as const;
  return { status: "LEAVING", ...texts[reason] } as const;
}
