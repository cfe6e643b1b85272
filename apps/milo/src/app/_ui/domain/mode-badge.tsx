import type { PlatformMode } from "../../_format/capacity.ts";
import { MODE_LOOKS } from "./platform-state-look.ts";
import { StateBadge, type StateBadgeProps } from "./state-badge.tsx";

/** Whether an operator lets a platform take bots. */
export function ModeBadge({ mode, look }: StateBadgeProps & { mode: PlatformMode }) {
  return <StateBadge state={MODE_LOOKS[mode]} look={look} />;
}
