/** What stands in an address for a query that is kept to oneself; the server writes the same. */
const HIDDEN_QUERY = "?(hidden)";

const ADDRESS = /^(https?:\/\/)([^/?#\s]*@)?(.*)$/i;

/**
 * A search as it may stand in the page's own address, which browsers, proxies and colleagues keep: of a meeting's address
 * no more than the server shows of it. Its query may be the meeting's password, and what is before `@` is one.
 */
export function maskSearch(search: string): string {
  const [, scheme, user, rest] = ADDRESS.exec(search) ?? [];
  if (scheme === undefined || rest === undefined) return search;
  const end = rest.search(/[?#]/);
  const shown = end === -1 ? rest : rest.slice(0, end) + HIDDEN_QUERY;
  return `${scheme}${user === undefined ? "" : "***@"}${shown}`;
}

/** Whether a search was masked: it says what was looked for, and cannot be looked for. */
export function isMasked(search: string): boolean {
  return ADDRESS.test(search) && (search.endsWith(HIDDEN_QUERY) || search.includes("://***@"));
}
