import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { formatCount } from "../../_format/count.ts";
import type { Tone } from "../../_ui/tone.ts";

export type PlatformInfo = ApiOutputs["infrastructure"]["getPlatforms"][number];
export type PlatformStats = ApiOutputs["infrastructure"]["getStats"][number];

/** One thing that is to be known of a platform besides what it holds. */
export type StateLine = {
  key: "mode" | "breaker" | "health";
  tone: Tone;
  /** What it is, and why. */
  text: string;
  /** Since when, or null where that is not known. */
  since: Date | null;
  /** When something changes by itself. */
  until: { what: string; at: Date } | null;
};

/**
 * What keeps a platform from taking bots as usual, and why; nothing when all is well. `isChecked`: somebody is there to look
 * after its health.
 */
export function describePlatformState(
  info: Pick<PlatformInfo, "mode" | "modeReason" | "modeSince" | "breaker">,
  { isHealthy, isChecked }: { isHealthy: boolean; isChecked: boolean },
): StateLine[] {
  const lines = [describeMode(info), describeBreaker(info.breaker)].filter((line) => line !== null);
  if (isHealthy || !isChecked || info.breaker.state !== "closed") return lines;
  const text = "Its last health check was bad, or is too old: bots go elsewhere until one is good";
  return [...lines, { key: "health", tone: "bad", text, since: null, until: null }];
}

function describeMode({ mode, modeReason, modeSince }: Parameters<typeof describePlatformState>[0]): StateLine | null {
  if (mode === "enabled") return null;
  const what = mode === "hold" ? "On hold: takes no new bots" : "Being drained: takes no new bots, running ones leave";
  const text = modeReason === null ? `${what}; no reason was given` : `${what} – ${modeReason}`;
  return { key: "mode", tone: "wait", text, since: modeSince, until: null };
}

function describeBreaker({ state, reason, since, opensUntil }: PlatformInfo["breaker"]): StateLine | null {
  const why = reason === null ? "" : ` – ${reason}`;
  switch (state) {
    case "closed":
      return null;
    case "open": {
      const until = opensUntil === null ? null : { what: "tried again", at: opensUntil };
      return { key: "breaker", tone: "bad", text: `Takes no bots after failures${why}`, since, until };
    }
    case "half_open":
      return { key: "breaker", tone: "wait", text: `Tries one bot after failures${why}`, since, until: null };
    case "ramping":
      return { key: "breaker", tone: "info", text: "Takes more bots step by step after failures", since, until: null };
  }
}

/** What an order to a platform does, before it is given. */
export type ModeOrder = { title: string; description: string; confirmLabel: string; done: string };

/** The questions before a platform is held, drained or resumed, in words that name how many it concerns. */
export function describeModeOrder(
  platform: DeploymentPlatform,
  mode: PlatformInfo["mode"],
  stats: Pick<PlatformStats, "starting" | "running"> | undefined,
): ModeOrder {
  const label = PLATFORM_LABELS[platform];
  if (mode === "enabled") {
    const description = "It takes bots again at once, up to its limit.";
    return {
      title: `Resume ${label}?`,
      description,
      confirmLabel: `Resume ${label}`,
      done: `${label} takes bots again`,
    };
  }
  if (mode === "hold") {
    const description = "It gets no new bots. Bots that run there go on; those that wait for it move on at once.";
    return { title: `Hold ${label}?`, description, confirmLabel: `Hold ${label}`, done: `${label} is on hold` };
  }
  const { starting = 0, running = 0 } = stats ?? {};
  const told = `${formatCount(running, "bot")} will be told to leave`;
  const later = starting === 0 ? "" : `, and ${formatCount(starting, "more bot")} as soon as it has started`;
  const description = `${label} gets no new bots. ${told}${later}. What they have recorded is kept.`;
  const confirmLabel = `Drain ${label}: ${formatCount(running + starting, "bot leaves", "bots leave")}`;
  return { title: `Drain ${label}?`, description, confirmLabel, done: `${label} is being drained` };
}
