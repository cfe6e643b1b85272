import type { BreakerState } from "@milo/placement";
import { BREAKER_LOOKS } from "./platform-state-look.ts";
import { StateBadge, type StateBadgeProps } from "./state-badge.tsx";

/** Whether a platform's failures keep bots from it. */
export function BreakerBadge({ state, look }: StateBadgeProps & { state: BreakerState }) {
  return <StateBadge state={BREAKER_LOOKS[state]} look={look} />;
}
