"use client";

import { type FormEvent, useRef, useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { Notice } from "../../_ui/notice.tsx";
import { SegmentedControl } from "../../_ui/segmented-control.tsx";
import { EMPTY_ORDER, nameOrder, type OrderErrors, type OrderForm, readOrder } from "../bot-order.ts";
import { useSendBots } from "../use-send-bots.ts";
import { CreateMore } from "./create-more.tsx";
import { CreateReport } from "./create-report.tsx";
import { MeetingFields } from "./meeting-fields.tsx";

const MODES = [
  { value: "one", label: "One bot" },
  { value: "many", label: "Many bots" },
] as const;

/** One bot, or one for each of many addresses; what came of many is told of each. */
export function CreateForm({ onClose }: { onClose(): void }) {
  const [mode, setMode] = useState<(typeof MODES)[number]["value"]>("one");
  const [form, setForm] = useState<OrderForm>(EMPTY_ORDER);
  const [hasTried, setTried] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const isMany = mode === "many";
  const sending = useSendBots(onClose);
  const order = readOrder(form, isMany);
  const wrong: OrderErrors = { ...sending.wrong, ...(hasTried && !order.ok && order.wrong) };
  const change = (part: Partial<OrderForm>) => {
    sending.forget();
    setForm({ ...form, ...part });
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (order.ok && !sending.isBusy) await sending.send(order.bots, isMany);
    // After the errors are on the screen: to the first of them.
    setTimeout(() => element.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
  }

  if (sending.results !== null) {
    const again = (meetings: string) => {
      sending.forget();
      setForm({ ...form, meetings });
    };
    return <CreateReport results={sending.results} onClose={onClose} onAgain={again} />;
  }
  return (
    <form ref={element} onSubmit={submit} noValidate className="space-y-4">
      <SegmentedControl
        label="How many bots"
        value={mode}
        onValueChange={(next) => {
          setMode(next);
          setTried(false);
          sending.forget();
        }}
        options={MODES}
      />
      <MeetingFields form={form} isMany={isMany} wrong={wrong} onChange={change} />
      <CreateMore form={form} wrong={wrong} onChange={change} />
      {sending.problem !== null && (
        <div role="alert">
          <Notice tone="bad" title={sending.problem.title}>
            {sending.problem.detail}
          </Notice>
        </div>
      )}
      <div className="sticky bottom-0 -mx-5 flex justify-end gap-2 border-t bg-raised px-5 py-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isBusy={sending.isBusy}>
          {nameOrder(form, isMany)}
        </Button>
      </div>
    </form>
  );
}
