import type { BreakerState } from "@milo/placement";
import {
  CircleHelp,
  CirclePause,
  CirclePlay,
  FlaskConical,
  HeartPulse,
  LogOut,
  ShieldAlert,
  TrendingUp,
  TriangleAlert,
} from "lucide-react";
import type { PlatformMode } from "../../_format/capacity.ts";
import type { StateLook } from "./state-look.ts";

export const MODE_LOOKS: Readonly<Record<PlatformMode, StateLook>> = {
  enabled: { label: "Takes bots", tone: "neutral", icon: CirclePlay },
  hold: { label: "Held", tone: "wait", icon: CirclePause },
  drain: { label: "Draining", tone: "wait", icon: LogOut },
};

export const HEALTH_LOOKS: Readonly<Record<"healthy" | "unhealthy" | "unchecked", StateLook>> = {
  healthy: { label: "Healthy", tone: "good", icon: HeartPulse },
  unhealthy: { label: "Unhealthy", tone: "bad", icon: TriangleAlert },
  unchecked: { label: "Not checked", tone: "neutral", icon: CircleHelp },
};

export const BREAKER_LOOKS: Readonly<Record<BreakerState, StateLook>> = {
  closed: { label: "Launches go through", tone: "neutral", icon: CirclePlay },
  open: { label: "Launches stopped", tone: "bad", icon: ShieldAlert },
  half_open: { label: "Trying one launch", tone: "wait", icon: FlaskConical },
  ramping: { label: "Ramping up", tone: "info", icon: TrendingUp },
};
