import type { MeetingPlatform } from "@milo/placement";
import { readMeetingUrl } from "../../bots/meeting-urls.ts";

const HOSTS: readonly (readonly [MeetingPlatform, RegExp])[] = [
  ["zoom", /(^|\.)zoom(gov)?\.(us|com|com\.cn)$/],
  ["google-meet", /^(meet\.google\.com|g\.co)$/],
  ["microsoft-teams", /^teams\.(microsoft|live|cloud\.microsoft)(\.com|\.us)?$/],
];

/** The meeting platform that an address belongs to; null when its host says nothing. */
export function guessMeetingPlatform(text: string): MeetingPlatform | null {
  const { url } = readMeetingUrl(text);
  if (url === null) return null;
  const { hostname } = new URL(url);
  return HOSTS.find(([, host]) => host.test(hostname))?.[0] ?? null;
}
