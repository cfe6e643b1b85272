"use client";

import { botCan } from "@milo/placement";
import { Square } from "lucide-react";
import { useState } from "react";
import { describeProblem } from "../../../_api/describe-problem.ts";
import { useTRPCClient } from "../../../_api/trpc.ts";
import { nameBot } from "../../../_format/bot-id.ts";
import { Button } from "../../../_ui/button.tsx";
import { ConfirmDialog } from "../../../_ui/confirm-dialog.tsx";
import { showToast } from "../../../_ui/toast-store.ts";
import { describeStop, type StoppedBot } from "../../stop-plan.ts";

/** Has the bot leave, or never join, after a question. */
export function StopBot({ bot }: { bot: StoppedBot }) {
  const client = useTRPCClient();
  const [isAsking, setAsking] = useState(false);
  const stop = async () => {
    try {
      await client.bots.stop.mutate({ botId: bot.id });
      showToast({ tone: "good", title: `${nameBot(bot.id)} is told to stop` });
      return undefined;
    } catch (error) {
      throw new Error(describeProblem(error).detail);
    }
  };
  return (
    <>
      <Button
        size="sm"
        variant="danger"
        icon={<Square aria-hidden />}
        disabledReason={botCan.stop(bot.status).reason}
        onClick={() => setAsking(true)}
      >
        Stop …
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={`Stop ${nameBot(bot.id, "within")}?`}
        description={describeStop([bot])}
        confirmLabel="Stop bot"
        onConfirm={stop}
      />
    </>
  );
}
