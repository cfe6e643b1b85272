"use client";

import { type DeploymentPlatform, PLATFORM_LABELS, platformCan } from "@milo/placement";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { Button } from "../../_ui/button.tsx";
import { ConfirmDialog } from "../../_ui/confirm-dialog.tsx";
import { Notice } from "../../_ui/notice.tsx";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import { showToast } from "../../_ui/toast-store.ts";
import { ask } from "../_view/ask.ts";
import type { PlatformInfo } from "../_view/platform-state.ts";
import { ReasonField } from "./reason-field.tsx";

type Props = { platform: DeploymentPlatform; massStop: NonNullable<PlatformInfo["massStop"]> };

/** A sweep that would end most of a platform's bots waits for an operator's word. */
export function MassStopNotice({ platform, massStop }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { mutateAsync } = useMutation(trpc.infrastructure.confirmMassStop.mutationOptions());
  const [reason, setReason] = useState("");
  const [isOpen, setOpen] = useState(false);
  const label = PLATFORM_LABELS[platform];
  const confirm = async () => {
    const said = reason.trim();
    const after = await ask(mutateAsync({ platform, ...(said === "" ? {} : { reason: said }) }));
    queryClient.setQueryData(trpc.infrastructure.getPlatforms.queryKey(), (all) =>
      all?.map((one) => (one.platform === platform ? after : one)),
    );
    showToast({ tone: "good", title: `The mass stop on ${label} goes on` });
    return undefined;
  };
  return (
    <div role="alert">
      <Notice
        tone="bad"
        title={`A mass stop on ${label} is held`}
        action={
          <ConfirmDialog
            open={isOpen}
            onOpenChange={setOpen}
            title={`Let the mass stop on ${label} go on?`}
            description={`${massStop.reason}. For 5 min, what has no container any more and is silent is ended there.`}
            confirmLabel="Let it go on"
            onConfirm={confirm}
            trigger={
              <Button
                size="sm"
                variant="danger"
                disabledReason={
                  massStop.confirmedUntil === null ? platformCan.confirmMassStop({ massStop }).reason : "It goes on now"
                }
              >
                Confirm mass stop …
              </Button>
            }
          >
            <ReasonField value={reason} onChange={setReason} isOptional />
          </ConfirmDialog>
        }
      >
        {massStop.reason}, since <TimeAgo at={massStop.since} />.{" "}
        {massStop.agreedSince === null
          ? "Something that it would end still speaks: look at the platform first."
          : "Everything that it would end is silent; it goes on by itself after 5 min of that."}
      </Notice>
    </div>
  );
}
