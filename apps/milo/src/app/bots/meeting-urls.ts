const MOST_CHARACTERS = 2_048;

/** The address of a meeting as it was meant, or what is wrong with what was typed. */
export type ReadMeetingUrl = { url: string; problem: null } | { url: null; problem: string };

/** Reads an address as people paste it, which often lacks `https://`. The one reading of every form that asks for it. */
export function readMeetingUrl(text: string): ReadMeetingUrl {
  const typed = text.trim();
  if (typed === "") return wrong("Enter the address of the meeting, as in its invitation.");
  if (typed.length > MOST_CHARACTERS) return wrong(`An address has at most ${MOST_CHARACTERS} characters.`);
  const url = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(typed) ? typed : `https://${typed}`;
  if (/\s/.test(url) || !URL.canParse(url)) return wrong(NO_ADDRESS);
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return wrong("A meeting’s address begins with https://");
  const isHost = hostname.includes(".") || hostname === "localhost" || hostname.startsWith("[");
  return isHost ? { url, problem: null } : wrong(NO_ADDRESS);
}

const NO_ADDRESS = "This is not a whole address, such as https://zoom.us/j/123.";

function wrong(problem: string): ReadMeetingUrl {
  return { url: null, problem };
}

/** The lines of a text that are not empty, with the number of each. */
export function readLines(text: string): { line: number; url: string }[] {
  const lines = text.split("\n").map((url, index) => ({ line: index + 1, url: url.trim() }));
  return lines.filter(({ url }) => url !== "");
}
