"use client";

import { PLATFORM_LABELS } from "@milo/placement";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { nameBot } from "../../_format/bot-id.ts";
import { ConfirmDialog } from "../../_ui/confirm-dialog.tsx";
import { showToast } from "../../_ui/toast-store.ts";
import { ask } from "../_view/ask.ts";
import { type Deployment, nameWorkload } from "../_view/deployment-view.ts";
import { ReasonField } from "./reason-field.tsx";

type Props = {
  /** What is asked about; null = nothing. */
  deployment: Deployment | null;
  onClose(): void;
};

/** An operator's word that a container is gone though its platform does not say so. */
export function ConfirmGoneDialog({ deployment, onClose }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { mutateAsync } = useMutation(trpc.infrastructure.confirmGone.mutationOptions());
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  if (deployment === null) return null;
  const { deploymentId, platform, botName, botId } = deployment;
  const whose = botName ?? (botId === null ? "no attempt" : nameBot(botId, "within"));
  const confirm = async () => {
    if (reason.trim() === "") {
      setMissing(true);
      throw new Error("Say how you know that it is gone: the reason is kept with your word.");
    }
    const { replaced } = await ask(mutateAsync({ deploymentId, reason: reason.trim() }));
    showToast({ tone: "good", title: "Confirmed gone", text: replaced ? "Its bot waits for another container." : "" });
    void queryClient.invalidateQueries(trpc.infrastructure.getDeployments.pathFilter());
    return undefined;
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Is the container of ${whose} gone?`}
      description={
        `Your word counts as much as ${PLATFORM_LABELS[platform]}’s own: its slot is free at once, and a bot that was in its ` +
        "call is replaced or ended. If the container runs after all, it is told to leave."
      }
      items={[{ key: deploymentId, label: nameWorkload(deployment).short, text: PLATFORM_LABELS[platform] }]}
      confirmLabel="It is gone"
      onConfirm={confirm}
    >
      <ReasonField
        value={reason}
        onChange={(said) => {
          setReason(said);
          setMissing(false);
        }}
        error={isMissing ? "A reason is needed" : null}
      />
    </ConfirmDialog>
  );
}
