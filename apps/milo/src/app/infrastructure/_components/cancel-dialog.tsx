"use client";

import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import { formatCount } from "../../_format/count.ts";
import { ConfirmDialog } from "../../_ui/confirm-dialog.tsx";
import { showToast } from "../../_ui/toast-store.ts";
import { ask } from "../_view/ask.ts";
import { toReports } from "../_view/item-reports.ts";
import { nameQueued, type QueuedBot } from "../_view/queue-view.ts";
import { useRefreshQueue } from "./use-refresh-queue.ts";

type Props = {
  bots: readonly QueuedBot[];
  /** `isDone`: it was ordered, whatever came of each. */
  onClose(isDone: boolean): void;
};

/** Asks before bots are taken out of the queue, and reports what came of each. */
export function CancelDialog({ bots, onClose }: Props) {
  const trpc = useTRPC();
  const order = useMutation(trpc.queue.cancel.mutationOptions());
  const refresh = useRefreshQueue();
  const count = formatCount(bots.length, "bot");
  const names = new Map(bots.map((bot) => [bot.id, nameQueued(bot)]));
  const cancel = async () => {
    const { results } = await ask(order.mutateAsync({ entryIds: bots.map(({ id }) => id) }));
    refresh();
    if (results.every(({ ok }) => ok)) showToast({ tone: "good", title: `${count} cancelled` });
    return toReports(results, (id) => names.get(id) ?? `Entry ${id}`, "was cancelled");
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || onClose(order.isSuccess)}
      title={`Cancel ${count}?`}
      description="They leave the queue and join no meeting. This cannot be taken back."
      items={bots.map((bot) => ({ key: bot.id, label: nameQueued(bot), text: `position ${bot.position}` }))}
      confirmLabel={`Cancel ${count}`}
      dismissLabel={bots.length === 1 ? "Let it wait" : "Let them wait"}
      onConfirm={cancel}
    />
  );
}
