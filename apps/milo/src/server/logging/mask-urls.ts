const HIDDEN_QUERY = "?(hidden)";

/**
 * An address inside text: scheme, optional user and password, the part that may be shown, and the part that may not. The
 * scheme is bounded: else a long word costs its square in time.
 */
const ADDRESS = /([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s"'<>\\/?#@]*@)?([^\s"'<>\\?#]*)([?#][^\s"'<>\\]*)?/gi;

/** A meeting's address without what lets a stranger in: its query and fragment carry the password. */
export function maskMeetingUrl(url: string): string {
  const at = url.search(/[?#]/);
  return maskUrls(at === -1 ? url : url.slice(0, at)) + (at === -1 ? "" : HIDDEN_QUERY);
}

/** The same for every address that occurs in a text, such as a platform's error message. */
export function maskUrls(text: string): string {
  if (!text.includes("://")) return text;
  return text.replace(
    ADDRESS,
    (_whole, scheme: string, user: string | undefined, shown: string, hidden: string | undefined) =>
      `${scheme}${user === undefined ? "" : "***@"}${shown}${hidden === undefined ? "" : HIDDEN_QUERY}`,
  );
}
