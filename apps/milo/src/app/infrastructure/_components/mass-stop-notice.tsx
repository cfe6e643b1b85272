"use client";

import { type DeploymentPlatform, PLATFORM_LABELS, platformCan } from "@milo/placement";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { Button } from "../../_ui/button.tsx";
import { Remaining } from "../../_ui/duration.tsx";
import { Notice } from "../../_ui/notice.tsx";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import { showToast } from "../../_ui/toast-store.ts";
import type { PlatformInfo } from "../_view/platform-state.ts";
import { ReasonedDialog } from "./reasoned-dialog.tsx";
import { useShowPlatform } from "./use-show-platform.ts";

type Props = { platform: DeploymentPlatform; massStop: NonNullable<PlatformInfo["massStop"]> };

/** A sweep that would end most of a platform's bots waits for an operator's word. */
export function MassStopNotice({ platform, massStop }: Props) {
  const trpc = useTRPC();
  const show = useShowPlatform();
  const { mutateAsync } = useMutation(trpc.infrastructure.confirmMassStop.mutationOptions());
  const [isOpen, setOpen] = useState(false);
  const label = PLATFORM_LABELS[platform];
  return (
    <div role="alert">
      <Notice
        tone={massStop.confirmedUntil === null ? "bad" : "wait"}
        title={`A mass stop on ${label} ${massStop.confirmedUntil === null ? "is held" : "goes on"}`}
        action={
          <ReasonedDialog
            open={isOpen}
            onOpenChange={setOpen}
            title={`Let the mass stop on ${label} go on?`}
            description={`${massStop.reason}. For 5 min, what has no container any more and is silent is ended there.`}
            confirmLabel="Let it go on"
            onOrder={async (reason) => {
              show(await mutateAsync({ platform, ...(reason === undefined ? {} : { reason }) }));
              showToast({ tone: "good", title: `The mass stop on ${label} goes on` });
            }}
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
          />
        }
      >
        {massStop.reason}, since <TimeAgo at={massStop.since} />. {adviseMassStop(massStop)}
      </Notice>
    </div>
  );
}

function adviseMassStop({ confirmedUntil, agreedSince }: Props["massStop"]): ReactNode {
  if (confirmedUntil !== null) {
    return (
      <>
        An operator let it go on: for <Remaining until={confirmedUntil} /> more, what is gone and silent is ended.
      </>
    );
  }
  return agreedSince === null
    ? "Something that it would end still speaks: look at the platform first."
    : "Everything that it would end is silent; it goes on by itself after 5 min of that.";
}
