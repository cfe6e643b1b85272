import type { MeetingPlatform } from "@milo/placement";
import { type LucideIcon, Presentation, Users, Video } from "lucide-react";

const LOOKS: Readonly<Record<MeetingPlatform, { label: string; icon: LucideIcon }>> = {
  zoom: { label: "Zoom", icon: Video },
  "google-meet": { label: "Google Meet", icon: Presentation },
  "microsoft-teams": { label: "Microsoft Teams", icon: Users },
};

/** Where the meeting is held. */
export function MeetingPlatformName({ platform }: { platform: MeetingPlatform }) {
  const { label, icon: Icon } = LOOKS[platform];
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap align-top">
      <Icon aria-hidden className="size-3.5 shrink-0 text-quiet" />
      {label}
    </span>
  );
}
