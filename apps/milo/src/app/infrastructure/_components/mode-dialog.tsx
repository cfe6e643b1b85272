"use client";

import type { DeploymentPlatform, PlatformMode } from "@milo/placement";
import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import { showToast } from "../../_ui/toast-store.ts";
import { describeModeOrder, type PlatformStats } from "../_view/platform-state.ts";
import { ReasonedDialog } from "./reasoned-dialog.tsx";
import { useShowPlatform } from "./use-show-platform.ts";

type Props = {
  platform: DeploymentPlatform;
  mode: PlatformMode;
  stats: PlatformStats | undefined;
  open: boolean;
  onOpenChange(open: boolean): void;
};

/** Asks before a platform is held, drained or resumed, and for the reason that everybody will see. */
export function ModeDialog({ platform, mode, stats, open, onOpenChange }: Props) {
  const trpc = useTRPC();
  const show = useShowPlatform();
  const { mutateAsync } = useMutation(trpc.infrastructure.setPlatformMode.mutationOptions());
  const { title, description, confirmLabel, done } = describeModeOrder(platform, mode, stats);
  return (
    <ReasonedDialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      confirmLabel={confirmLabel}
      tone={mode === "drain" ? "danger" : "primary"}
      onOrder={async (reason) => {
        show(await mutateAsync({ platform, mode, ...(reason === undefined ? {} : { reason }) }));
        showToast({ tone: "good", title: done });
      }}
    />
  );
}
