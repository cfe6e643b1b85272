import { type DeploymentPlatform, formatDuration, PLATFORM_LABELS } from "@milo/placement";
import type { FailedLaunches } from "#server/database/repositories/activity-view.ts";
import type { BotAlarm, CheckRow, ProcessFacts } from "#server/database/repositories/attention-view.ts";
import type { PlatformState } from "#server/database/repositories/capacity-view.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import type { AttentionItem } from "./overview.ts";

export type AttentionFacts = {
  processes: ProcessFacts;
  /** In priority order. */
  platforms: readonly PlatformState[];
  checks: readonly CheckRow[];
  alarms: readonly BotAlarm[];
  failed: readonly FailedLaunches[];
};

/** Bots that give up waiting within this time are told of: long enough to find them a place. */
export const EXPIRING_MS = 60_000;
/** Stamps that web replicas may miss before that is told, as for the dispatchers. */
export const STAMPS_MISSED = 3;

const SEVERITIES = ["critical", "warning", "info"] as const;

/** What needs a person, the worst first, in sentences. `webUnheardMs`: the silence after which web replicas are away. Pure. */
export function tellAttention(facts: AttentionFacts, { webUnheardMs }: { webUnheardMs: number }): AttentionItem[] {
  const items = [
    ...tellProcesses(facts.processes, webUnheardMs),
    ...facts.platforms.flatMap((state) => tellPlatform(state, facts)),
    ...facts.alarms.map(tellAlarm),
    ...tellExpiring(facts.processes),
    ...facts.failed.map(tellFailed),
  ];
  return SEVERITIES.flatMap((severity) => items.filter((item) => item.severity === severity));
}

function about(platform: DeploymentPlatform) {
  return { platform, href: `/infrastructure#${platform}`, count: 1, detail: null };
}

const OF_ALL = { platform: null, href: "/infrastructure", count: 1, detail: null } as const;

function tellProcesses(facts: ProcessFacts, webUnheardMs: number): AttentionItem[] {
  const { nowMs, dispatchers, dispatcherHeardMs, plans, startedMs, webHeardMs } = facts;
  const items: AttentionItem[] = [];
  const since = (ms: number | null) => (ms === null ? "" : ` for ${formatDuration(nowMs - ms)}`);
  if (dispatchers === 0) {
    const text = "No dispatcher is running: bots wait, nothing is launched, watched or stopped. Start one.";
    items.push({ ...OF_ALL, kind: "no_dispatcher", severity: "critical", text, sinceMs: dispatcherHeardMs });
  }
  if (webHeardMs === null || nowMs - webHeardMs > webUnheardMs) {
    const text = `No web replica has heard bots${since(webHeardMs)}: their silence counts for nothing until one does`;
    items.push({ ...OF_ALL, kind: "web_unheard", severity: "critical", text, sinceMs: webHeardMs });
  }
  if (plans > 1) {
    const text = `${dispatchers} dispatchers run with ${plans} different plans: the smallest limit of each platform holds until they agree`;
    items.push({ ...OF_ALL, kind: "plans_disagree", severity: "warning", text, count: plans, sinceMs: startedMs });
  }
  return items;
}

function tellPlatform(state: PlatformState, { checks, processes }: AttentionFacts): AttentionItem[] {
  const items: AttentionItem[] = [];
  const label = PLATFORM_LABELS[state.platform];
  const at = about(state.platform);
  const { massStop, mode, modeReason, modeSince } = state;
  if (massStop !== null) {
    const text = `${label} holds a mass stop: ${maskUrls(massStop.reason)}`;
    items.push({ ...at, kind: "mass_stop", severity: "critical", text, sinceMs: massStop.since.getTime() });
  }
  items.push(...tellHealth(state, checks, processes));
  if (mode !== "enabled") {
    const what = mode === "hold" ? "is on hold: it gets no new bots" : "is being drained: its bots are told to leave";
    const text = `${label} ${what}${modeReason === null ? "" : ` (${modeReason})`}`;
    const kind = mode === "hold" ? "platform_held" : "platform_draining";
    items.push({ ...at, kind, severity: "info", text, sinceMs: modeSince.getTime() });
  }
  return items;
}

/** Its breaker tells more than its last check; a check that nobody makes says nothing of the platform. */
function tellHealth(state: PlatformState, checks: readonly CheckRow[], processes: ProcessFacts): AttentionItem[] {
  const { breaker, healthy, platform } = state;
  const label = PLATFORM_LABELS[platform];
  const at = about(platform);
  if (breaker.state === "open") {
    const text = `${label} is failing and gets no bots until it answers again`;
    const detail = mask(breaker.reason);
    return [{ ...at, kind: "breaker_open", severity: "critical", text, detail, sinceMs: breaker.since.getTime() }];
  }
  if (breaker.state !== "closed") {
    const few = breaker.state === "half_open" ? "one bot" : "ever more bots";
    const text = `${label} has been failing and is tried with ${few}`;
    return [{ ...at, kind: "breaker_trying", severity: "info", text, sinceMs: breaker.since.getTime() }];
  }
  if (healthy || processes.dispatchers === 0) return [];
  const check = checks.find((one) => one.platform === platform);
  const isBad = check !== undefined && check.checkedMs !== null && !check.healthy;
  const why = isBad ? "its last check was bad" : "nothing has been heard of it lately";
  const detail = isBad ? mask(check.reason) : null;
  const sinceMs = (isBad ? check.answerSinceMs : check?.checkedMs) ?? null;
  const text = `${label} is not healthy: ${why}`;
  return [{ ...at, kind: "platform_unhealthy", severity: "warning", text, detail, sinceMs }];
}

function tellAlarm({ kind, platform, count, sinceMs, botId }: BotAlarm): AttentionItem {
  const label = PLATFORM_LABELS[platform];
  const at = { ...about(platform), count, sinceMs, ...(botId === null ? {} : { href: `/bots/${botId}` }) };
  if (kind === "stop_overdue") {
    const text = `${counted(count, "stop")} on ${label} ${count === 1 ? "does" : "do"} not take: the slots stay held`;
    return { ...at, kind: "stops_overdue", severity: "warning", text };
  }
  const text = `${counted(count, "bot")} on ${label} cannot be reached: replaced only on request`;
  return { ...at, kind: "bots_unreachable", severity: "critical", text };
}

function tellExpiring({ expiring, nowMs }: ProcessFacts): AttentionItem[] {
  if (expiring === 0) return [];
  const text = `${counted(expiring, "bot")} ${expiring === 1 ? "gives" : "give"} up waiting within ${formatDuration(EXPIRING_MS)}`;
  const href = "/infrastructure#queue";
  return [{ ...OF_ALL, kind: "entries_expiring", severity: "warning", text, href, count: expiring, sinceMs: nowMs }];
}

function tellFailed({ platform, count, sinceMs, reason }: FailedLaunches): AttentionItem {
  const text = `${counted(count, "launch", "launches")} failed on ${PLATFORM_LABELS[platform]} in the last hour`;
  const said = mask(reason);
  // Of one failure nothing is the commonest.
  const detail = said === null || count === 1 ? said : `Most often: ${said}`;
  return { ...about(platform), kind: "launches_failed", severity: "warning", text, detail, count, sinceMs };
}

function mask(reason: string | null): string | null {
  return reason === null || reason === "" ? null : maskUrls(reason);
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
