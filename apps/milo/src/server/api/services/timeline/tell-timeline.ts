import { PLATFORM_LABELS } from "@milo/placement";
import type { EventRow, TimelineAttempt, TimelineRows } from "#server/database/repositories/timeline-view.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import type { TimelineItem } from "./timeline.ts";

type Placed = { atMs: number; order: number; item: TimelineItem };

/** What happened to a bot, in order, from its events and attempts. An attempt stands where it was given its slot. Pure. */
export function tellTimeline({ events, attempts }: Pick<TimelineRows, "events" | "attempts">): TimelineItem[] {
  const byId = new Map(attempts.map((attempt) => [attempt.deploymentId, attempt]));
  const told = new Set<number>();
  const placed: Placed[] = events.map((event) => {
    const attempt = event.deploymentId === null ? undefined : byId.get(event.deploymentId);
    if (attempt !== undefined && event.code === "ADMITTED") told.add(attempt.deploymentId);
    return { atMs: event.atMs, order: event.id, item: tellEvent(event, attempt) };
  });
  for (const attempt of attempts) {
    // Carried over from an older milo, or older than the events that are shown.
    if (!told.has(attempt.deploymentId)) placed.push(derive(attempt.reservedAt, 0, tellAttempt(attempt)));
    placed.push(...tellSteps(attempt));
  }
  return placed.sort((a, b) => a.atMs - b.atMs || a.order - b.order).map(({ item }) => item);
}

function tellEvent(event: EventRow, attempt: TimelineAttempt | undefined): TimelineItem {
  const { code, status } = event;
  const happened = { at: new Date(event.atMs), code, message: maskUrls(event.message), status };
  if (event.byBot) return { kind: "bot", ...happened };
  if (attempt !== undefined && code === "ADMITTED") return { kind: "attempt", ...happened, attempt: shown(attempt) };
  if (attempt !== undefined && status === null) return { kind: "step", ...happened, attempt: attempt.attempt };
  if (code === "STAGE_PASSED") return { kind: "stage", ...happened };
  if (status === "QUEUED") return { kind: "queued", ...happened };
  return { kind: status === null ? "note" : "status", ...happened };
}

function tellAttempt(attempt: TimelineAttempt): TimelineItem {
  const message = `Held a slot on ${PLATFORM_LABELS[attempt.platform]}, attempt ${attempt.attempt}`;
  return { kind: "attempt", at: attempt.reservedAt, code: "ADMITTED", message, status: null, attempt: shown(attempt) };
}

/** What is known of an attempt by its times alone. */
function tellSteps(attempt: TimelineAttempt): Placed[] {
  const { acceptedAt, endedAt, outcome, platform, identifier } = attempt;
  const label = PLATFORM_LABELS[platform];
  const steps: Placed[] = [];
  const add = (at: Date, code: string, message: string) =>
    steps.push(derive(at, 1, { kind: "step", at, code, message, status: null, attempt: attempt.attempt }));
  if (acceptedAt !== null) add(acceptedAt, "ACCEPTED", `${label} accepted it${identifier ? ` as ${identifier}` : ""}`);
  if (endedAt !== null) {
    const what = outcome === "never_launched" ? "Nothing of it exists there" : "Its container there is gone";
    add(endedAt, "SLOT_FREED", `${what}; its slot on ${label} is free`);
  }
  return steps;
}

function shown(attempt: TimelineAttempt): TimelineAttempt {
  return { ...attempt, reason: attempt.reason === null ? null : maskUrls(attempt.reason) };
}

/** An attempt comes before the events of its millisecond, what became of it after them. */
function derive(at: Date, rank: 0 | 1, item: TimelineItem): Placed {
  return { atMs: at.getTime() + rank, order: rank === 0 ? 0 : Number.MAX_SAFE_INTEGER, item };
}
