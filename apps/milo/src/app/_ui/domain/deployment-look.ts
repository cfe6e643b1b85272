import type { DeploymentOutcome, DeploymentPhase } from "@milo/placement";
import {
  Ban,
  Bookmark,
  CircleCheck,
  CircleDashed,
  CirclePlay,
  CircleSlash,
  CircleStop,
  CircleX,
  HeartCrack,
  PowerOff,
  Send,
} from "lucide-react";
import type { StateLook } from "./state-look.ts";

export const PHASE_LOOKS: Readonly<Record<DeploymentPhase, StateLook>> = {
  RESERVED: { label: "Reserved", tone: "info", icon: Bookmark },
  LAUNCHING: { label: "Launching", tone: "info", icon: Send },
  STARTING: { label: "Starting", tone: "info", icon: CircleDashed },
  RUNNING: { label: "Running", tone: "good", icon: CirclePlay },
  STOPPING: { label: "Stopping", tone: "wait", icon: CircleStop },
  ENDED: { label: "Ended", tone: "neutral", icon: PowerOff },
};

export const OUTCOME_LOOKS: Readonly<Record<DeploymentOutcome, StateLook>> = {
  completed: { label: "Completed", tone: "neutral", icon: CircleCheck },
  failed: { label: "Failed", tone: "bad", icon: CircleX },
  cancelled: { label: "Cancelled", tone: "neutral", icon: Ban },
  lost: { label: "Lost", tone: "bad", icon: HeartCrack },
  never_launched: { label: "Never launched", tone: "wait", icon: CircleSlash },
};
