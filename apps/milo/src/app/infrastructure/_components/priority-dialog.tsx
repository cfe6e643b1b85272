"use client";

import { PRIORITY_MAX, PRIORITY_MIN } from "@milo/placement";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { formatCount } from "../../_format/count.ts";
import { ConfirmDialog } from "../../_ui/confirm-dialog.tsx";
import { Field } from "../../_ui/field.tsx";
import { Input } from "../../_ui/input.tsx";
import { showToast } from "../../_ui/toast-store.ts";
import { ask } from "../_view/ask.ts";
import { toReports } from "../_view/item-reports.ts";
import { nameQueued, type QueuedBot, readPriority } from "../_view/queue-view.ts";
import { useRefreshQueue } from "./use-refresh-queue.ts";

type Props = {
  bots: readonly QueuedBot[];
  /** `isDone`: it was ordered, whatever came of each. */
  onClose(isDone: boolean): void;
};

const RANGE = `${PRIORITY_MIN} to ${PRIORITY_MAX}`.replace("-", "−");

/** Asks for the priority of waiting bots, and reports what came of each. */
export function PriorityDialog({ bots, onClose }: Props) {
  const trpc = useTRPC();
  const order = useMutation(trpc.queue.setPriority.mutationOptions());
  const refresh = useRefreshQueue();
  const [typed, setTyped] = useState(String(bots[0]?.priority ?? 0));
  const [isRefused, setRefused] = useState(false);
  const [only] = bots;
  const whose = bots.length === 1 && only !== undefined ? nameQueued(only) : formatCount(bots.length, "bot");
  const names = new Map(bots.map((bot) => [bot.id, nameQueued(bot)]));
  const set = async () => {
    const priority = readPriority(typed);
    if (priority === null) {
      setRefused(true);
      throw new Error(`A priority is a whole number from ${RANGE}.`);
    }
    const { results } = await ask(order.mutateAsync({ entryIds: bots.map(({ id }) => id), priority }));
    refresh();
    if (results.every(({ ok }) => ok)) showToast({ tone: "good", title: `Priority of ${whose}: ${priority}` });
    return toReports(results, (id) => names.get(id) ?? `Entry ${id}`, `has priority ${priority}`);
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || onClose(order.isSuccess)}
      title={`Change the priority of ${whose}`}
      description="Higher goes first; of the same priority, who came first. It counts from the next pass on, within 2 s."
      items={
        bots.length > 1
          ? bots.map((bot) => ({ key: bot.id, label: nameQueued(bot), text: `now ${bot.priority}` }))
          : undefined
      }
      confirmLabel="Set priority"
      tone="primary"
      onConfirm={set}
    >
      <Field label="Priority" hint={RANGE} error={isRefused ? `A whole number from ${RANGE}` : null}>
        {(control) => (
          <Input
            {...control}
            type="number"
            inputMode="numeric"
            min={PRIORITY_MIN}
            max={PRIORITY_MAX}
            step={1}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setRefused(false);
            }}
            className="w-32"
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
