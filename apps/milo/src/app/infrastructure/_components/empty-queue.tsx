"use client";

import { Hourglass } from "lucide-react";
import Link from "next/link";
import { Button } from "../../_ui/button.tsx";
import { buttonLook } from "../../_ui/button-look.ts";
import { EmptyState } from "../../_ui/empty-state.tsx";

/** Nobody waits, or nobody here: those on this page have left it meanwhile. */
export function EmptyQueue({ waiting, onFront }: { waiting: number; onFront(): void }) {
  if (waiting > 0) {
    return (
      <EmptyState
        title="Nobody waits here any more"
        action={<Button onClick={onFront}>To the front of the queue</Button>}
      >
        The bots of this page have got a slot or left the queue.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Hourglass}
      title="No bot is waiting"
      action={
        <Link href="/" prefetch={false} className={buttonLook({ size: "sm" })}>
          Send a bot
        </Link>
      }
    >
      Bots wait here while no platform that they may use has room.
    </EmptyState>
  );
}
