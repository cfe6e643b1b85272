/** The Coolify releases that changed the API, in the words of their effect. */
export const VERSION_GATES = {
  /** POST /deploy answers 429 when the queue is full; before, the queue had no limit. */
  queueLimit: "4.0.0-beta.453",
  /** `deploy` ability for start, stop and restart, `?tag=` on the list, `autogenerate_domain`. */
  deployAbility: "4.0.0",
  /** GET on actions is refused; `tags`, `stop_grace_period`; ports_exposes is optional. */
  postOnlyActions: "4.2.0",
  /** `max_restart_count` in the body. */
  maxRestartCount: "4.3.0",
} as const;
export type VersionGate = keyof typeof VERSION_GATES;

/** Whether the running version has what the gate introduced. */
export function hasGate(version: string, gate: VersionGate): boolean {
  return compareVersions(version, VERSION_GATES[gate]) >= 0;
}

/** Negative, zero or positive; a pre-release (`-beta.460`, `-rc.1`) comes before its release. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parseVersion(left), parseVersion(right)];
  for (const [index, part] of a.entries()) {
    const difference = part - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parseVersion(version: string): number[] {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:-(beta|rc)\.(\d+))?$/.exec(version);
  if (match === null) throw new Error(`not a Coolify version: ${version}`);
  const [, major, minor, patch = "0", kind, number = "0"] = match;
  const stage = kind === undefined ? 2 : kind === "rc" ? 1 : 0;
  return [Number(major), Number(minor), Number(patch), stage, Number(number)];
}
