import type { MeetingPlatform } from "@milo/placement";

/** What a meeting platform is called. */
export const MEETING_PLATFORM_LABELS: Readonly<Record<MeetingPlatform, string>> = {
  zoom: "Zoom",
  "google-meet": "Google Meet",
  "microsoft-teams": "Microsoft Teams",
};
