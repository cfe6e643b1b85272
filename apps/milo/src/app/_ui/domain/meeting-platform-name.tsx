import type { MeetingPlatform } from "@milo/placement";
import { type LucideIcon, Presentation, Users, Video } from "lucide-react";
import { MEETING_PLATFORM_LABELS } from "../../_format/meeting-platform.ts";

const ICONS: Readonly<Record<MeetingPlatform, LucideIcon>> = {
  zoom: Video,
  "google-meet": Presentation,
  "microsoft-teams": Users,
};

/** Where the meeting is held. */
export function MeetingPlatformName({ platform }: { platform: MeetingPlatform }) {
  const Icon = ICONS[platform];
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap align-top">
      <Icon aria-hidden className="size-3.5 shrink-0 text-quiet" />
      {MEETING_PLATFORM_LABELS[platform]}
    </span>
  );
}
