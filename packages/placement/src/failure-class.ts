/**
 * Why an attempt failed, in milo's own words. Before the claim: `capacity` the platform has no room,
 * `throttled` it asks us to slow down, `transient` a passing fault known to have done nothing, `unavailable` the
 * platform is down, `config` our settings there are wrong, `auth` it does not let us in, `invalid` our request
 * is malformed, `unknown` it may have happened. After the claim: `bot` its own fault, `lost` infrastructure.
 */
export const FAILURE_CLASSES = [
  "capacity",
  "throttled",
  "transient",
  "unavailable",
  "config",
  "auth",
  "invalid",
  "unknown",
  "bot",
  "lost",
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** Classes a launch can fail with before the claim. */
export type LaunchFailureClass = Exclude<FailureClass, "bot" | "lost">;
export const LAUNCH_FAILURE_CLASSES: readonly LaunchFailureClass[] = FAILURE_CLASSES.filter(
  (one): one is LaunchFailureClass => one !== "bot" && one !== "lost",
);

export function isFailureClass(value: string): value is FailureClass {
  return (FAILURE_CLASSES as readonly string[]).includes(value);
}
