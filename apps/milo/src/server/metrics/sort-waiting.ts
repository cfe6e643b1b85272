import type { DeploymentPlatform, PlatformMode } from "@milo/placement";

/** Bots that wait in the same way. */
export type WaitingGroup = {
  /** The platforms it may take a slot on now. */
  openTo: readonly DeploymentPlatform[];
  /** It is kept back after a failure of its own. */
  backsOff: boolean;
  /** Its last container has to be gone first. */
  hasContainer: boolean;
  waiting: number;
};

/** A platform as far as it says why nobody is let in. */
export type Gate = {
  platform: DeploymentPlatform;
  mode: PlatformMode;
  /** Its breaker lets bots through. */
  passes: boolean;
  /** It has just refused for lack of capacity. */
  backsOff: boolean;
};

export type WaitReason = "capacity" | "breaker" | "backoff" | "held" | "container" | "barred";

/**
 * What a group waits for: its own container to be gone, its own back-off, a slot (one of its platforms takes bots, so
 * it is full), or the end of what closes all of them: their back-off, breaker, or an operator's hold. Pure.
 */
export function sortWaiting(group: WaitingGroup, gates: readonly Gate[]): WaitReason {
  if (group.hasContainer) return "container";
  if (group.backsOff) return "backoff";
  const open = gates.filter((gate) => group.openTo.includes(gate.platform));
  if (open.length === 0) return "barred";
  const isEnabled = open.filter((gate) => gate.mode === "enabled");
  if (isEnabled.length === 0) return "held";
  const passing = isEnabled.filter((gate) => gate.passes);
  if (passing.length === 0) return "breaker";
  return passing.every((gate) => gate.backsOff) ? "backoff" : "capacity";
}
