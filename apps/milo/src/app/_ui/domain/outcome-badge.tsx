import type { DeploymentOutcome } from "@milo/placement";
import { OUTCOME_LOOKS } from "./deployment-look.ts";
import { StateBadge, type StateBadgeProps } from "./state-badge.tsx";

/** How a deployment ended. */
export function OutcomeBadge({ outcome, look }: StateBadgeProps & { outcome: DeploymentOutcome }) {
  return <StateBadge state={OUTCOME_LOOKS[outcome]} look={look} />;
}
