import type { DeploymentPlatform } from "@milo/placement";
import type { ApiOutputs } from "../../_api/outputs.ts";

export type UsageHistory = ApiOutputs["infrastructure"]["getUsageHistory"];

/** What holds from a moment to the next; null = nothing is known of that time. */
export type Moment = {
  atMs: number;
  waiting: number | null;
  used: Partial<Record<DeploymentPlatform, number | null>>;
  limits: Partial<Record<DeploymentPlatform, number | null>>;
  /** Of all platforms together. */
  limit: number | null;
};

/**
 * The history as steps to draw, up to `endMs`: what was last known holds until then. A step ends where a gap begins, so
 * the last value before a gap is said again at its edge. Pure.
 */
export function toMoments({ points }: UsageHistory, endMs: number): Moment[] {
  const moments: Moment[] = [];
  for (const point of points) {
    const before = moments.at(-1);
    const moment = toMoment(point);
    const isEdge = before !== undefined && before.waiting !== null && moment.waiting === null;
    if (isEdge) moments.push({ ...before, atMs: moment.atMs - 1 });
    moments.push(moment);
  }
  const last = moments.at(-1);
  return last !== undefined && endMs > last.atMs ? [...moments, { ...last, atMs: endMs }] : moments;
}

function toMoment({ atMs, waiting, platforms }: UsageHistory["points"][number]): Moment {
  const limits = platforms.map(({ limit }) => limit);
  const known = limits.filter((limit) => limit !== null);
  return {
    atMs,
    waiting,
    used: Object.fromEntries(platforms.map(({ platform, used }) => [platform, used])),
    limits: Object.fromEntries(platforms.map(({ platform, limit }) => [platform, limit])),
    limit: known.length < limits.length ? null : known.reduce((sum, limit) => sum + limit, 0),
  };
}

/** The moments to stop at when reading one after the other: without the ends of steps, and within the drawing. Pure. */
export function pickStops(moments: readonly Moment[], startMs: number): Moment[] {
  return moments.filter(({ atMs }, index) => {
    const next = moments[index + 1];
    return atMs >= startMs && (next === undefined || next.atMs - atMs > 1);
  });
}

/** The highest of what was ever used or allowed; at least 1, so that there is something to scale by. */
export function highestOf(values: readonly (number | null | undefined)[]): number {
  return Math.max(1, ...values.map((value) => value ?? 0));
}

/** Whether a platform has no slot left; a limit of 0 takes no bots and is never reached. */
export function isAtLimit(used: number | null | undefined, limit: number | null | undefined): boolean {
  return typeof used === "number" && typeof limit === "number" && limit > 0 && used >= limit;
}
