const HIDDEN = "(hidden)";
/** Shorter ones are words that occur by chance; they are hidden by the name of their field only. */
const SHORTEST = 8;

/**
 * Secrets that this process knows by value, each as it is and as JSON and addresses write it. One list per process: what
 * is written to a log, to the database or to a terminal comes from everywhere, and none of it may hold one.
 */
const known = new Set<string>();
let pattern: RegExp | null = null;

/** From here on these values are hidden in every text that leaves the process. */
export function keepSecret(...values: readonly (string | undefined)[]): void {
  for (const value of values) {
    if (value === undefined || value.length < SHORTEST) continue;
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) known.add(form);
  }
  // The longest first: a secret may hold another.
  const all = [...known]
    .sort((a, b) => b.length - a.length)
    .map((one) => one.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  pattern = all.length === 0 ? null : new RegExp(all.join("|"), "g");
}

/** The text without the secrets that are known. */
export function hideSecrets(text: string): string {
  return pattern === null ? text : text.replaceAll(pattern, HIDDEN);
}
