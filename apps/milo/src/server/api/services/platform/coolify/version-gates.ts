/** A Coolify version: `4.3.11`, or `4.0.0-beta.460` with a pre-release that sorts before its release. */
export type CoolifyVersion = { numbers: readonly [number, number, number]; isPrerelease: boolean };

/** Fields of the create call, and the version that first takes them; an older one answers 422 [platform-apis §3.5]. */
const FIRST_VERSION_WITH_FIELD: Readonly<Record<string, CoolifyVersion["numbers"]>> = {
  autogenerate_domain: [4, 0, 0],
  tags: [4, 2, 0],
  stop_grace_period: [4, 2, 0],
  max_restart_count: [4, 3, 0],
};

/** Reads the text of `GET /version`; null for anything else. */
export function parseVersion(text: string): CoolifyVersion | null {
  const match = /^"?v?(\d+)\.(\d+)\.(\d+)(-[\w.]+)?"?$/.exec(text.trim());
  if (!match) return null;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], isPrerelease: match[4] !== undefined };
}

/** The body without the fields that this version, or this very server by an earlier 422, does not take. */
export function fitToVersion(
  body: Readonly<Record<string, unknown>>,
  version: CoolifyVersion | null,
  refused: ReadonlySet<string>,
): Record<string, unknown> {
  const entries = Object.entries(body).filter(([field]) => !refused.has(field) && takesField(version, field));
  return Object.fromEntries(entries);
}

/** An unreadable version counts as the newest: what it does not take, it will name in a 422. */
function takesField(version: CoolifyVersion | null, field: string): boolean {
  const first = FIRST_VERSION_WITH_FIELD[field];
  if (!first || !version) return true;
  const difference = first.map((number, index) => (version.numbers[index] ?? 0) - number).find((step) => step !== 0);
  return difference === undefined ? !version.isPrerelease : difference > 0;
}
