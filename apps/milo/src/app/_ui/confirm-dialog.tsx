"use client";

import { type ReactElement, type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { type ItemReport, ItemReportList } from "./item-report.tsx";
import { Notice } from "./notice.tsx";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** Asks with what and how many: `Stop 3 bots?` */
  title: string;
  /** What will happen, and what will not. */
  description: ReactNode;
  /** The very things it will be done to. */
  items?: readonly { key: string | number; label: string; text?: string }[];
  /** Says it again: `Stop 3 bots`. */
  confirmLabel: string;
  /** Leaves everything as it is; for when what is asked is itself a cancellation. */
  dismissLabel?: string;
  trigger?: ReactElement;
  /** What else to fill in, such as a reason. */
  children?: ReactNode;
  /**
   * Does it. Answers what came of each item: the dialog stays when one failed and says which. Without an answer it
   * closes; when it rejects, it says why and can be tried again.
   */
  onConfirm(): Promise<readonly ItemReport[] | undefined>;
  tone?: "danger" | "primary";
};

type State =
  | { step: "ask"; problem: string | null }
  | { step: "busy" }
  | { step: "report"; reports: readonly ItemReport[] };
const ASK: State = { step: "ask", problem: null };

/** Asks before something that cannot be taken back, and reports what came of it. */
export function ConfirmDialog(props: Props) {
  const {
    open,
    onOpenChange,
    title,
    description,
    items,
    confirmLabel,
    dismissLabel = "Cancel",
    trigger,
    children,
    onConfirm,
  } = props;
  const [state, setState] = useState<State>(ASK);
  const change = (next: boolean) => {
    if (state.step === "busy") return;
    setState(ASK);
    onOpenChange(next);
  };
  const confirm = async () => {
    setState({ step: "busy" });
    try {
      const reports = await onConfirm();
      const isWhole = reports?.every((report) => report.ok) ?? true;
      setState(isWhole || !reports ? ASK : { step: "report", reports });
      if (isWhole) onOpenChange(false);
    } catch (error) {
      setState({ step: "ask", problem: error instanceof Error ? error.message : "It could not be done." });
    }
  };
  if (state.step === "report") {
    const done = state.reports.filter((report) => report.ok).length;
    return (
      <Dialog
        open={open}
        onOpenChange={change}
        title={`${done} of ${state.reports.length} done`}
        description="What failed was left as it was."
        trigger={trigger}
        footer={<Button onClick={() => change(false)}>Close</Button>}
      >
        <ItemReportList reports={state.reports} />
      </Dialog>
    );
  }
  const isBusy = state.step === "busy";
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={title}
      description={description}
      trigger={trigger}
      footer={
        <>
          <Button onClick={() => change(false)} disabledReason={isBusy ? "Under way" : null}>
            {dismissLabel}
          </Button>
          <Button variant={props.tone === "primary" ? "primary" : "danger-solid"} isBusy={isBusy} onClick={confirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        {items && items.length > 0 && <ItemList items={items} />}
        {children}
        {state.step === "ask" && state.problem !== null && (
          <div role="alert">
            <Notice tone="bad" title="Nothing was done">
              {state.problem}
            </Notice>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function ItemList({ items }: { items: NonNullable<Props["items"]> }) {
  return (
    <ul className="max-h-56 divide-y overflow-y-auto rounded-md border text-sm">
      {items.map((item) => (
        <li key={item.key} className="flex gap-3 px-3 py-1.5">
          <span className="min-w-0 truncate font-medium">{item.label}</span>
          {item.text && <span className="ml-auto shrink-0 text-quiet">{item.text}</span>}
        </li>
      ))}
    </ul>
  );
}
