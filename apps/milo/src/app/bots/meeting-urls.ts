import type { MeetingPlatform } from "@milo/placement";

const HOSTS: Readonly<Record<MeetingPlatform, readonly string[]>> = {
  zoom: ["zoom.us", "zoom.com", "zoomgov.com"],
  "google-meet": ["meet.google.com"],
  "microsoft-teams": ["teams.microsoft.com", "teams.live.com", "teams.microsoft.us"],
};

/** The meeting platform that an address belongs to by its host; null when it does not say. */
export function guessMeetingPlatform(url: string): MeetingPlatform | null {
  const host = readUrl(url)?.hostname;
  if (host === undefined) return null;
  const platforms = Object.keys(HOSTS) as MeetingPlatform[];
  const belongs = (name: string) => host === name || host.endsWith(`.${name}`);
  return platforms.find((platform) => HOSTS[platform].some(belongs)) ?? null;
}

const MOST_CHARACTERS = 2_048;

/** What is wrong with the address of a meeting; null when nothing is. */
export function judgeMeetingUrl(url: string): string | null {
  if (url === "") return "Enter the address of the meeting, as in its invitation.";
  if (url.length > MOST_CHARACTERS) return `An address has at most ${MOST_CHARACTERS} characters.`;
  if (readUrl(url) !== null) return null;
  return /^https?:\/\//i.test(url) ? "This is not a whole address." : "It must begin with https://";
}

/** The lines of a text that are not empty, with the number of each. */
export function readLines(text: string): { line: number; url: string }[] {
  const lines = text.split("\n").map((url, index) => ({ line: index + 1, url: url.trim() }));
  return lines.filter(({ url }) => url !== "");
}

function readUrl(text: string): URL | null {
  if (!URL.canParse(text) || /\s/.test(text)) return null;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.hostname !== "" ? url : null;
}
