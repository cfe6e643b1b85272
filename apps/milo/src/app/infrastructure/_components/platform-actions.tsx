"use client";

import { type DeploymentPlatform, type PlatformMode, platformCan } from "@milo/placement";
import { CirclePause, CirclePlay, LogOut } from "lucide-react";
import { useState } from "react";
import { Button } from "../../_ui/button.tsx";
import type { PlatformInfo, PlatformStats } from "../_view/platform-state.ts";
import { ModeDialog } from "./mode-dialog.tsx";

type Props = {
  platform: DeploymentPlatform;
  info: PlatformInfo | undefined;
  stats: PlatformStats | undefined;
};

const ACTIONS = [
  { mode: "hold", label: "Hold …", icon: CirclePause },
  { mode: "drain", label: "Drain …", icon: LogOut },
  { mode: "enabled", label: "Resume …", icon: CirclePlay },
] as const;

/** What an operator may have a platform do. */
export function PlatformActions({ platform, info, stats }: Props) {
  const [asked, setAsked] = useState<PlatformMode>("hold");
  const [isOpen, setOpen] = useState(false);
  const whyNot = (mode: PlatformMode) => {
    if (info === undefined) return "Its state has not been read yet";
    // With the reason that it has already: another reason alone is not what the button promises.
    return platformCan.setMode[mode](info, info.modeReason ?? undefined).reason;
  };
  return (
    <>
      {ACTIONS.map(({ mode, label, icon: Icon }) => (
        <Button
          key={mode}
          size="sm"
          variant={mode === "drain" ? "danger" : "secondary"}
          icon={<Icon aria-hidden />}
          disabledReason={whyNot(mode)}
          onClick={() => {
            setAsked(mode);
            setOpen(true);
          }}
        >
          {label}
        </Button>
      ))}
      <ModeDialog platform={platform} mode={asked} stats={stats} open={isOpen} onOpenChange={setOpen} />
    </>
  );
}
