import type { MeetingPlatform } from "@milo/placement";

const HOSTS: readonly (readonly [MeetingPlatform, RegExp])[] = [
  ["zoom", /(^|\.)zoom(gov)?\.(us|com|com\.cn)$/],
  ["google-meet", /^(meet\.google\.com|g\.co)$/],
  ["microsoft-teams", /^teams\.(microsoft|live|cloud\.microsoft)(\.com|\.us)?$/],
];

/** The address as it was meant: what is pasted often lacks `https://`. Null when it is none. */
export function readMeetingUrl(text: string): string | null {
  const trimmed = text.trim();
  const full = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(full)) return null;
  const { protocol, hostname } = new URL(full);
  const isHost = hostname.includes(".") || hostname === "localhost";
  return isHost && (protocol === "https:" || protocol === "http:") ? full : null;
}

/** The meeting platform that an address belongs to; null when its host says nothing. */
export function guessMeetingPlatform(text: string): MeetingPlatform | null {
  const url = readMeetingUrl(text);
  if (url === null) return null;
  const { hostname } = new URL(url);
  return HOSTS.find(([, host]) => host.test(hostname))?.[0] ?? null;
}
