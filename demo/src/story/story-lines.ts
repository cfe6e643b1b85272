import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import type { Style } from "./terminal.ts";

/** An event of a bot as it is told: what happened to it, with what is needed to say where. */
export type BotEventFacts = {
  status: string | null;
  code: string;
  message: string;
  priority: number;
  meetingPlatform: string;
  platform: DeploymentPlatform | null;
  slotNo: number | null;
  /** Slots of the platform in use after the event, and its limit. */
  used: number | null;
  limit: number | null;
};

/** A line about a bot: a sign, what happened, why. */
export type StoryLine = { style: Style; sign: string; what: string; why: string };

const MEETINGS: Readonly<Record<string, string>> = {
  zoom: "Zoom",
  "google-meet": "Google Meet",
  "microsoft-teams": "Microsoft Teams",
};

/** How an event is told, or null for one that says nothing new to somebody who watches. */
export function tellEvent(event: BotEventFacts): StoryLine | null {
  const { status, code, message } = event;
  if (code === "ATTEMPT_FAILED") return { style: "red", sign: "✗", what: "could not start", why: message };
  if (code === "STAGE_PASSED") return { style: "yellow", sign: "…", what: "looks further", why: message };
  if (code === "REQUEUED") return { style: "yellow", sign: "↩", what: "queued again", why: message };
  switch (status) {
    case "QUEUED":
      return { style: "cyan", sign: "+", what: "arrives", why: arrival(event) };
    case "DEPLOYING":
      return { style: "green", sign: "→", what: place(event), why: `took slot ${event.slotNo ?? "without a number"}` };
    case "IN_CALL":
      return { style: "green", sign: "●", what: "in its call", why: `on ${labelOf(event.platform)}` };
    case "LEAVING":
      return {
        style: "magenta",
        sign: "■",
        what: "told to leave",
        why: code === "STOP_REQUESTED" ? "on request" : message,
      };
    case "DONE":
      return { style: "dim", sign: "✓", what: "done", why: code === "COMPLETED" ? "" : message };
    case "FATAL":
      return { style: "red", sign: "✗", what: `ends ${code}`, why: message };
    case "CANCELLED":
      return { style: "magenta", sign: "■", what: "cancelled", why: message };
    default:
      return null;
  }
}

/** A slot that came free when a platform said that a container is gone. */
export function tellFreedSlot(
  slot: Required<Pick<BotEventFacts, "platform" | "slotNo" | "used" | "limit">>,
): StoryLine {
  const number = slot.slotNo === null ? "a slot" : `slot ${slot.slotNo}`;
  return { style: "dim", sign: "←", what: place(slot), why: `its container is gone: ${number} is free` };
}

/** Why a bot that has just come waits, in milo's own words. */
export function tellWait(position: number, reason: string): StoryLine {
  return { style: "yellow", sign: "…", what: `waits, no. ${position} in line`, why: reason };
}

function arrival({ meetingPlatform, priority }: BotEventFacts): string {
  const meeting = MEETINGS[meetingPlatform] ?? meetingPlatform;
  return priority === 0 ? meeting : `${meeting}, priority ${priority}`;
}

function place({ platform, used, limit }: Pick<BotEventFacts, "platform" | "used" | "limit">): string {
  return used === null || limit === null ? labelOf(platform) : `${labelOf(platform)} (${used}/${limit})`;
}

function labelOf(platform: DeploymentPlatform | null): string {
  return platform === null ? "no platform" : PLATFORM_LABELS[platform];
}
