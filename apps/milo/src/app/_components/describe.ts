import { type DeploymentPlatform, type MeetingPlatform, PLATFORM_LABELS } from "@milo/placement";

const MEETING_LABELS: Readonly<Record<MeetingPlatform, string>> = {
  zoom: "Zoom",
  "google-meet": "Google Meet",
  "microsoft-teams": "Microsoft Teams",
};

export function describeMeetingPlatform(platform: MeetingPlatform): string {
  return MEETING_LABELS[platform];
}

/** `K8s (25/30)` */
export function describeCapacity(capacity: { platform: DeploymentPlatform; used: number; limit: number }): string {
  return `${PLATFORM_LABELS[capacity.platform]} (${capacity.used}/${capacity.limit})`;
}

/** `Queue: 1 bot waiting` */
export function describeQueue(total: number): string {
  return `Queue: ${total} ${total === 1 ? "bot" : "bots"} waiting`;
}

/** A length of time in its two largest units: `45 s`, `2 min 5 s`, `1 h 3 min`. Never negative. */
export function describeDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
