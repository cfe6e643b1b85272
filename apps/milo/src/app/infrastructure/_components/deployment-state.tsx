import { Unplug } from "lucide-react";
import { Badge } from "../../_ui/badge.tsx";
import { OutcomeBadge } from "../../_ui/domain/outcome-badge.tsx";
import { PhaseBadge } from "../../_ui/domain/phase-badge.tsx";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import type { Deployment } from "../_view/deployment-view.ts";

/** How far an attempt has come, how it ended, and what is wrong with it; on narrow screens also why it ended. */
export function DeploymentState({ deployment }: { deployment: Deployment }) {
  const { phase, outcome, unreachableSince, stopOverdueSince, reason } = deployment;
  return (
    <span className="flex flex-col items-start gap-1 py-0.5">
      <span className="flex flex-wrap items-center gap-x-3">
        <PhaseBadge phase={phase} look="plain" />
        {outcome !== null && <OutcomeBadge outcome={outcome} look="plain" />}
      </span>
      {unreachableSince !== null && phase !== "ENDED" && (
        <Badge tone="bad" icon={Unplug}>
          Unreachable since <TimeAgo at={unreachableSince} />
        </Badge>
      )}
      {stopOverdueSince !== null && phase !== "ENDED" && (
        <Badge tone="bad" icon={Unplug}>
          Stop not taken since <TimeAgo at={stopOverdueSince} />
        </Badge>
      )}
      {reason !== null && <span className="line-clamp-2 text-quiet text-xs md:hidden">{reason}</span>}
    </span>
  );
}
