import type { BotConfiguration } from "@milo/bot-contract";
import type { MeetingDriver, MeetingEnd, MeetingReport } from "../drivers/meeting-driver.ts";
import type { Clock } from "../effects/clock.ts";
import { aborted, type LeaveOrder } from "./leave-order.ts";

/** How long a driver may take to leave before the bot gives it up. */
export type LeavePatience = {
  /** After milo's order or the maximum duration; shorter than milo's `leave_by` (2 min), so that we report first. */
  askedMs: number;
  /** After SIGTERM; shorter than the 30 s that platforms give by default before SIGKILL. */
  terminatedMs: number;
};
export const LEAVE_PATIENCE: LeavePatience = { askedMs: 90_000, terminatedMs: 20_000 };

type Parts = {
  clock: Clock;
  leave: LeaveOrder;
  patience: LeavePatience;
  report(report: MeetingReport): Promise<void>;
  /** Called once, before the driver is told to leave. */
  onLeaving(): void;
};

/** Runs the driver to its end; gives it up when it does not leave in time. Never rejects. */
export async function attendMeeting(
  driver: MeetingDriver,
  configuration: BotConfiguration,
  parts: Parts,
): Promise<MeetingEnd> {
  const over = new AbortController();
  try {
    return await Promise.race([
      joinSafely(driver, configuration, parts),
      giveUpWhenAsked(driver, parts, over.signal),
      giveUpWhenTerminated(driver, parts, over.signal),
    ]);
  } finally {
    over.abort();
  }
}

async function joinSafely(driver: MeetingDriver, configuration: BotConfiguration, parts: Parts): Promise<MeetingEnd> {
  try {
    return await driver.join(configuration, parts.report);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { result: "failed", code: "DRIVER_CRASHED", message };
  }
}

async function giveUpWhenAsked(driver: MeetingDriver, parts: Parts, over: AbortSignal): Promise<MeetingEnd> {
  await aborted(parts.leave.signal);
  if (!over.aborted) {
    parts.onLeaving();
    driver.leave(parts.leave.reason() ?? "asked");
    await parts.clock.sleep(parts.patience.askedMs, over);
  }
  return notLeft(parts.patience.askedMs);
}

async function giveUpWhenTerminated(driver: MeetingDriver, parts: Parts, over: AbortSignal): Promise<MeetingEnd> {
  await aborted(parts.leave.terminated);
  if (!over.aborted) {
    if (parts.leave.reason() !== "terminated") driver.leave("terminated");
    await parts.clock.sleep(parts.patience.terminatedMs, over);
  }
  return notLeft(parts.patience.terminatedMs);
}

function notLeft(patienceMs: number): MeetingEnd {
  const message = `The meeting client did not leave within ${patienceMs / 1000} s and was given up.`;
  return { result: "failed", code: "LEAVE_TIMEOUT", message };
}
