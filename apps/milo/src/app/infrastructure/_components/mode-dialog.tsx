"use client";

import type { DeploymentPlatform, PlatformMode } from "@milo/placement";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { ConfirmDialog } from "../../_ui/confirm-dialog.tsx";
import { showToast } from "../../_ui/toast-store.ts";
import { ask } from "../_view/ask.ts";
import { describeModeOrder, type PlatformStats } from "../_view/platform-state.ts";
import { ReasonField } from "./reason-field.tsx";

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
  const queryClient = useQueryClient();
  const { mutateAsync } = useMutation(trpc.infrastructure.setPlatformMode.mutationOptions());
  const [reason, setReason] = useState("");
  const { title, description, confirmLabel, done } = describeModeOrder(platform, mode, stats);
  const give = async () => {
    const said = reason.trim();
    const after = await ask(mutateAsync({ platform, mode, ...(said === "" ? {} : { reason: said }) }));
    queryClient.setQueryData(trpc.infrastructure.getPlatforms.queryKey(), (all) =>
      all?.map((one) => (one.platform === platform ? after : one)),
    );
    showToast({ tone: "good", title: done });
    setReason("");
    return undefined;
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      confirmLabel={confirmLabel}
      tone={mode === "drain" ? "danger" : "primary"}
      onConfirm={give}
    >
      <ReasonField value={reason} onChange={setReason} isOptional />
    </ConfirmDialog>
  );
}
