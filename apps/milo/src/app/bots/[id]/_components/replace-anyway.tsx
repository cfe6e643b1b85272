"use client";

import { Copy } from "lucide-react";
import { useState } from "react";
import type { Timeline } from "#server/api/services/timeline/timeline.ts";
import { describeProblem } from "../../../_api/describe-problem.ts";
import { useTRPCClient } from "../../../_api/trpc.ts";
import { nameBot } from "../../../_format/bot-id.ts";
import { Button } from "../../../_ui/button.tsx";
import { ConfirmDialog } from "../../../_ui/confirm-dialog.tsx";
import { Field } from "../../../_ui/field.tsx";
import { Notice } from "../../../_ui/notice.tsx";
import { Textarea } from "../../../_ui/textarea.tsx";
import { showToast } from "../../../_ui/toast-store.ts";
import { mayReplace } from "../../bot-actions.ts";

const REASON_MOST = 500;

/** Another container for a bot that cannot be reached, though nothing proves that the old one has ended. */
export function ReplaceAnyway({ story: { bot, items } }: { story: Timeline }) {
  const client = useTRPCClient();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const attempts = items.flatMap((item) => (item.kind === "attempt" ? [item.attempt] : []));
  const replace = async () => {
    if (reason.trim() === "") throw new Error("Say why: it is kept in the story of the bot and its platform.");
    try {
      const { warning } = await client.bots.replaceAnyway.mutate({ botId: bot.id, reason: reason.trim() });
      setReason("");
      showToast({ tone: "info", title: "It is being replaced", text: `${warning}.` });
      return undefined;
    } catch (error) {
      throw new Error(describeProblem(error).detail);
    }
  };
  return (
    <>
      <Button
        size="sm"
        icon={<Copy aria-hidden />}
        disabledReason={mayReplace(attempts, bot.stopRequestedAt).reason}
        onClick={() => setAsking(true)}
      >
        Replace anyway …
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={`Replace ${nameBot(bot.id, "within")} though it may still run?`}
        description="It gets another container. The old one keeps its slot until it is known to be gone."
        confirmLabel="Replace anyway"
        onConfirm={replace}
      >
        <Notice tone="bad" title="Two bots may then be in the call">
          Nothing proves that the old container has ended. If it is heard again it is told to leave.
        </Notice>
        <Field label="Why" hint="Kept in the story of the bot and of its platform.">
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={REASON_MOST}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </ConfirmDialog>
    </>
  );
}
