import type { BotStatus, DeploymentPlatform } from "@milo/placement";

/** Null: nothing was sampled in that time, because no dispatcher ran. */
export type UsagePoint = {
  /** The begin of its bucket, or now, in milliseconds since the epoch. */
  atMs: number;
  waiting: number | null;
  /** In priority order. */
  platforms: { platform: DeploymentPlatform; used: number | null; limit: number | null }[];
};
/** Oldest first; the last point is this moment. */
export type UsageHistory = { bucketMs: number; points: UsagePoint[] };

export type ActivityPoint = {
  /** The begin of its hour, in milliseconds since the epoch. */
  atMs: number;
  /** `launched`: attempts that took a slot. `failed`: those that failed before their bot had claimed. */
  platforms: { platform: DeploymentPlatform; launched: number; failed: number }[];
};
/** Oldest first; the last point is the hour under way. */
export type Activity = { bucketMs: number; points: ActivityPoint[] };

export type AttentionKind =
  | "no_dispatcher"
  | "web_unheard"
  | "mass_stop"
  | "breaker_open"
  | "breaker_trying"
  | "platform_unhealthy"
  | "platform_draining"
  | "platform_held"
  | "bots_unreachable"
  | "stops_overdue"
  | "entries_expiring"
  | "launches_failed"
  | "plans_disagree";

export type AttentionItem = {
  kind: AttentionKind;
  severity: "critical" | "warning" | "info";
  platform: DeploymentPlatform | null;
  /** One sentence in milo's words. */
  text: string;
  /** What the platform itself said, as it said it; null when it said nothing. */
  detail: string | null;
  /** The page of the console where to act. */
  href: string;
  /** Of what it is about, from 1. */
  count: number;
  /** In milliseconds since the epoch; null when it is not known. */
  sinceMs: number | null;
};
/** The worst first. */
export type Attention = { items: AttentionItem[] };

/** `live`: every status that is not final, in the order of a life. `ended24h`: what ended in the last 24 hours. */
export type StatusCounts = {
  live: { status: BotStatus; count: number }[];
  ended24h: { status: BotStatus; count: number }[];
};
