import {
  BOT_STATUSES,
  BREAKER_STATES,
  DEPLOYMENT_OUTCOMES,
  DEPLOYMENT_PHASES,
  DEPLOYMENT_PLATFORMS,
  MEETING_PLATFORMS,
} from "@milo/placement";
import { BreakerBadge } from "../../../_ui/domain/breaker-badge.tsx";
import { CapacityBar } from "../../../_ui/domain/capacity-bar.tsx";
import { HealthBadge } from "../../../_ui/domain/health-badge.tsx";
import { MeetingPlatformName } from "../../../_ui/domain/meeting-platform-name.tsx";
import { ModeBadge } from "../../../_ui/domain/mode-badge.tsx";
import { OutcomeBadge } from "../../../_ui/domain/outcome-badge.tsx";
import { PhaseBadge } from "../../../_ui/domain/phase-badge.tsx";
import { PlatformName } from "../../../_ui/domain/platform-name.tsx";
import { StatusBadge } from "../../../_ui/domain/status-badge.tsx";
import { Sample, Samples } from "./sample.tsx";

const CAPACITIES = [
  { platform: "k8s", used: 25, limit: 30 },
  { platform: "k8s", used: 30, limit: 30 },
  { platform: "aws", used: 13, limit: 10 },
  { platform: "aws", used: 180, limit: 1000 },
  { platform: "coolify", used: 4, limit: 12, mode: "hold" },
  { platform: "coolify", used: 4, limit: 12, mode: "drain" },
  { platform: "coolify", used: 0, limit: 0 },
] as const;

export function DomainSamples() {
  return (
    <Samples title="Domain">
      <Sample name="PlatformName, MeetingPlatformName">
        {DEPLOYMENT_PLATFORMS.map((platform) => (
          <PlatformName key={platform} platform={platform} />
        ))}
        {MEETING_PLATFORMS.map((platform) => (
          <MeetingPlatformName key={platform} platform={platform} />
        ))}
      </Sample>
      <Sample name="StatusBadge">
        {BOT_STATUSES.map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </Sample>
      <Sample name="StatusBadge plain">
        {BOT_STATUSES.map((status) => (
          <StatusBadge key={status} status={status} look="plain" />
        ))}
      </Sample>
      <Sample name="PhaseBadge">
        {DEPLOYMENT_PHASES.map((phase) => (
          <PhaseBadge key={phase} phase={phase} />
        ))}
      </Sample>
      <Sample name="OutcomeBadge">
        {DEPLOYMENT_OUTCOMES.map((outcome) => (
          <OutcomeBadge key={outcome} outcome={outcome} />
        ))}
      </Sample>
      <Sample name="HealthBadge, ModeBadge, BreakerBadge">
        <HealthBadge isHealthy />
        <HealthBadge isHealthy={false} />
        <ModeBadge mode="enabled" />
        <ModeBadge mode="hold" />
        <ModeBadge mode="drain" />
        {BREAKER_STATES.map((state) => (
          <BreakerBadge key={state} state={state} />
        ))}
      </Sample>
      <div className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
        {CAPACITIES.map((capacity, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the samples never move.
          <CapacityBar key={index} {...capacity} />
        ))}
      </div>
    </Samples>
  );
}
