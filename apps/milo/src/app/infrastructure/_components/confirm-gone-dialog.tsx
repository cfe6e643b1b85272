"use client";

import { PLATFORM_LABELS } from "@milo/placement";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import { nameBot } from "../../_format/bot-id.ts";
import { showToast } from "../../_ui/toast-store.ts";
import { type Deployment, nameWorkload } from "../_view/deployment-view.ts";
import { ReasonedDialog } from "./reasoned-dialog.tsx";

type Props = {
  /** What is asked about; null = nothing. */
  deployment: Deployment | null;
  onClose(): void;
};

/** An operator's word that a container is gone though its platform does not say so. */
export function ConfirmGoneDialog({ deployment, onClose }: Props) {
  const { infrastructure } = useTRPC();
  const queryClient = useQueryClient();
  const { mutateAsync } = useMutation(infrastructure.confirmGone.mutationOptions());
  if (deployment === null) return null;
  const { deploymentId, platform, botName, botId } = deployment;
  const whose = botName ?? (botId === null ? "no attempt" : nameBot(botId, "within"));
  return (
    <ReasonedDialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Is the container of ${whose} gone?`}
      description={
        `Your word counts as much as ${PLATFORM_LABELS[platform]}’s own: its slot is free at once, and a bot that was in its ` +
        "call is replaced or ended. If the container runs after all, it is told to leave."
      }
      items={[{ key: deploymentId, label: nameWorkload(deployment).short, text: PLATFORM_LABELS[platform] }]}
      confirmLabel="It is gone"
      needsReason="Say how you know that it is gone: the reason is kept with your word."
      onOrder={async (reason = "") => {
        const { replaced } = await mutateAsync({ deploymentId, reason });
        const text = replaced ? "Its bot waits for another container." : "";
        showToast({ tone: "good", title: "Confirmed gone", text });
        void queryClient.invalidateQueries(infrastructure.getDeployments.pathFilter());
        void queryClient.invalidateQueries(infrastructure.getStats.pathFilter());
        void queryClient.invalidateQueries(infrastructure.getActivePlatforms.pathFilter());
      }}
    />
  );
}
