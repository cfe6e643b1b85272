"use client";

import { type ComponentProps, useState } from "react";
import { ConfirmDialog } from "../../_ui/confirm-dialog.tsx";
import { ask } from "../_view/ask.ts";
import { ReasonField } from "./reason-field.tsx";

type Props = Omit<ComponentProps<typeof ConfirmDialog>, "onConfirm" | "items" | "children"> &
  Pick<ComponentProps<typeof ConfirmDialog>, "items"> & {
    /** What to say when no reason is given; without it a reason is a courtesy. */
    needsReason?: string;
    /** Gives the order with the reason, undefined when there is none. */
    onOrder(reason: string | undefined): Promise<void>;
  };

/** Asks before an order is given, and for the reason that everybody will see. */
export function ReasonedDialog({ needsReason, onOrder, ...dialog }: Props) {
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const confirm = async () => {
    const said = reason.trim();
    if (said === "" && needsReason !== undefined) {
      setMissing(true);
      throw new Error(needsReason);
    }
    await ask(onOrder(said === "" ? undefined : said));
    setReason("");
    return undefined;
  };
  return (
    <ConfirmDialog {...dialog} onConfirm={confirm}>
      <ReasonField
        value={reason}
        onChange={(typed) => {
          setReason(typed);
          setMissing(false);
        }}
        isOptional={needsReason === undefined}
        error={isMissing ? "A reason is needed" : null}
      />
    </ConfirmDialog>
  );
}
