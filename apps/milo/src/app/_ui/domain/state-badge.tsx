import { Badge } from "../badge.tsx";
import type { StateLook } from "./state-look.ts";

export type StateBadgeProps = {
  /** `plain`, for dense tables: only the icon has the colour. */
  look?: "soft" | "plain";
};

/** A state as its look says. */
export function StateBadge({ state, look }: StateBadgeProps & { state: StateLook }) {
  return (
    <Badge tone={state.tone} icon={state.icon} look={look}>
      {state.label}
    </Badge>
  );
}
