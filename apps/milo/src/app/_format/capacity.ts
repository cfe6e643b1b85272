import type { DeploymentPlatform } from "@milo/placement";
import { PLATFORM_LABELS } from "@milo/placement";
import { formatCount, formatNumber } from "./count.ts";

/** Whether a platform takes bots: `hold` takes none, `drain` none and sends those away that run. */
export type PlatformMode = "enabled" | "hold" | "drain";

export type Capacity = { used: number; limit: number; mode?: PlatformMode };

/** `K8s (25/30)` */
export function formatPlatformTitle(capacity: { platform: DeploymentPlatform; used: number; limit: number }): string {
  return `${PLATFORM_LABELS[capacity.platform]} (${capacity.used}/${capacity.limit})`;
}

/** `Queue: 1 bot waiting`, `Queue: 5 bots waiting` */
export function formatQueueTitle(waiting: number): string {
  return `Queue: ${formatCount(waiting, "bot")} waiting`;
}

/** What is left of it, in words: `5 free`, `Full`, `3 over the limit`, `Held, 5 free`, `Limit 0: takes no bots`. */
export function describeRoom({ used, limit, mode = "enabled" }: Capacity): string {
  const room = describeSlots(used, limit);
  if (mode === "enabled") return room;
  const word = mode === "hold" ? "Held" : "Draining";
  return `${word}, ${room.charAt(0).toLowerCase()}${room.slice(1)}`;
}

/** The whole of it, for who cannot see the bar: `25 of 30 slots in use: 5 free`. */
export function describeCapacity(capacity: Capacity): string {
  const { used, limit } = capacity;
  return `${formatNumber(used)} of ${formatCount(limit, "slot")} in use: ${describeRoom(capacity)}`;
}

function describeSlots(used: number, limit: number): string {
  if (used > limit) return `${formatNumber(used - limit)} over the limit`;
  if (limit === 0) return "Limit 0: takes no bots";
  return used === limit ? "Full" : `${formatNumber(limit - used)} free`;
}
