import { HEALTH_LOOKS } from "./platform-state-look.ts";
import { StateBadge, type StateBadgeProps } from "./state-badge.tsx";

type Props = StateBadgeProps & {
  isHealthy: boolean;
  /** Somebody is there to look: otherwise that no good answer is known says nothing of the platform. */
  isChecked?: boolean;
};

/** Whether a platform answers as it should. */
export function HealthBadge({ isHealthy, isChecked = true, look }: Props) {
  const health = isHealthy ? "healthy" : "unhealthy";
  return <StateBadge state={HEALTH_LOOKS[isHealthy || isChecked ? health : "unchecked"]} look={look} />;
}
