import { HEALTH_LOOKS } from "./platform-state-look.ts";
import { StateBadge, type StateBadgeProps } from "./state-badge.tsx";

/** Whether a platform answers as it should. */
export function HealthBadge({ isHealthy, look }: StateBadgeProps & { isHealthy: boolean }) {
  return <StateBadge state={HEALTH_LOOKS[isHealthy ? "healthy" : "unhealthy"]} look={look} />;
}
