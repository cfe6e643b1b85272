import type { DeploymentPhase } from "@milo/placement";
import { PHASE_LOOKS } from "./deployment-look.ts";
import { StateBadge, type StateBadgeProps } from "./state-badge.tsx";

/** A deployment's phase. */
export function PhaseBadge({ phase, look }: StateBadgeProps & { phase: DeploymentPhase }) {
  return <StateBadge state={PHASE_LOOKS[phase]} look={look} />;
}
