/**
 * Every phase of a deployment. Phases only move forward.
 * RESERVED: slot held, nothing sent. LAUNCHING: a request may have been sent; its outcome is unknown until
 * answered. STARTING: the platform accepted it. RUNNING: the bot claimed it. STOPPING: told to end or given
 * up, not confirmed gone. ENDED: the workload is known to be gone, or never existed.
 */
export const DEPLOYMENT_PHASES = ["RESERVED", "LAUNCHING", "STARTING", "RUNNING", "STOPPING", "ENDED"] as const;
export type DeploymentPhase = (typeof DEPLOYMENT_PHASES)[number];

/**
 * Which phase may follow which. LAUNCHING → RUNNING: the bot claimed before the platform's answer arrived.
 * A workload that the platform reports as ended is STOPPING, too, until its remains are cleaned up.
 */
export const DEPLOYMENT_TRANSITIONS: Readonly<Record<DeploymentPhase, readonly DeploymentPhase[]>> = {
  RESERVED: ["LAUNCHING", "STOPPING", "ENDED"],
  LAUNCHING: ["STARTING", "RUNNING", "STOPPING", "ENDED"],
  STARTING: ["RUNNING", "STOPPING"],
  RUNNING: ["STOPPING"],
  STOPPING: ["ENDED"],
  ENDED: [],
};

/** Phases that count against a platform's limit: all but ENDED. A slot waits for its platform. */
export const OCCUPYING_PHASES = [
  "RESERVED",
  "LAUNCHING",
  "STARTING",
  "RUNNING",
  "STOPPING",
] as const satisfies readonly DeploymentPhase[];

/** Phases of which a bot may have at most one deployment. */
export const LIVE_PHASES = [
  "RESERVED",
  "LAUNCHING",
  "STARTING",
  "RUNNING",
] as const satisfies readonly DeploymentPhase[];

/** Phases in which a claim is accepted. */
export const CLAIMABLE_PHASES = ["LAUNCHING", "STARTING", "RUNNING"] as const satisfies readonly DeploymentPhase[];

export const DEPLOYMENT_OUTCOMES = ["completed", "failed", "cancelled", "lost", "never_launched"] as const;
export type DeploymentOutcome = (typeof DEPLOYMENT_OUTCOMES)[number];

export function canDeploymentMove(from: DeploymentPhase, to: DeploymentPhase): boolean {
  return DEPLOYMENT_TRANSITIONS[from].includes(to);
}

export function isOccupying(phase: DeploymentPhase): boolean {
  return phase !== "ENDED";
}

export function isLive(phase: DeploymentPhase): boolean {
  return (LIVE_PHASES as readonly DeploymentPhase[]).includes(phase);
}
