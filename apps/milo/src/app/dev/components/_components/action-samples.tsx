"use client";

import { Ban, Ellipsis, ListFilter, Plus, RotateCw, Square } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../_ui/button.tsx";
import { ConfirmDialog } from "../../../_ui/confirm-dialog.tsx";
import { CopyButton } from "../../../_ui/copy-button.tsx";
import { Dialog } from "../../../_ui/dialog.tsx";
import { IconButton } from "../../../_ui/icon-button.tsx";
import { Menu, MenuLabel, MenuSeparator } from "../../../_ui/menu.tsx";
import { MenuCheckboxItem, MenuItem } from "../../../_ui/menu-item.tsx";
import { Popover } from "../../../_ui/popover.tsx";
import { showToast } from "../../../_ui/toast-store.ts";
import { Tooltip } from "../../../_ui/tooltip.tsx";
import { Sample, Samples } from "./sample.tsx";

const VARIANTS = ["primary", "secondary", "ghost", "danger", "danger-solid"] as const;

export function ActionSamples() {
  return (
    <Samples title="Actions">
      <Sample name="Button">
        {VARIANTS.map((variant) => (
          <Button key={variant} variant={variant} icon={<Plus aria-hidden />}>
            {variant}
          </Button>
        ))}
      </Sample>
      <Sample name="Button sm, busy, disabledReason">
        <Button size="sm">Small</Button>
        <Button variant="primary" isBusy>
          Sending
        </Button>
        <Button isBusy>Retrying</Button>
        <Button
          variant="danger"
          icon={<Square aria-hidden />}
          disabledReason="Only bots that have not ended can be stopped"
        >
          Stop
        </Button>
      </Sample>
      <Sample name="IconButton, CopyButton, Tooltip, Popover">
        <IconButton label="Refresh" icon={<RotateCw aria-hidden />} />
        <IconButton label="Cancel" icon={<Ban aria-hidden />} disabledReason="It has been dispatched" />
        <CopyButton text="bot-k3v9qa-1234-a1" label="Copy launch key" />
        <CopyButton text="curl" label="Copy as API call" isLabelled />
        <Tooltip text="Tries again by itself in 42 s">
          <Button>With a tooltip</Button>
        </Tooltip>
        <Popover label="Why it waits" trigger={<Button>Popover</Button>}>
          <p>K8s is full (30/30); tries AWS in 42 s.</p>
        </Popover>
      </Sample>
      <MenuSample />
      <DialogSample />
      <Sample name="Toast">
        <Button onClick={() => showToast({ tone: "good", title: "3 bots stopped" })}>Good news</Button>
        <Button onClick={() => showToast({ tone: "bad", title: "Could not stop 2 bots", text: "They have ended." })}>
          Bad news
        </Button>
      </Sample>
    </Samples>
  );
}

function MenuSample() {
  const [chosen, setChosen] = useState<readonly string[]>(["Queued"]);
  const toggle = (name: string, on: boolean) => setChosen(on ? [...chosen, name] : chosen.filter((it) => it !== name));
  return (
    <Sample name="Menu">
      <Menu trigger={<IconButton label="Actions of bot 1234" icon={<Ellipsis aria-hidden />} variant="secondary" />}>
        <MenuItem icon={<RotateCw aria-hidden />} onSelect={() => {}} disabledReason="Only final bots can be retried">
          Retry
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Square aria-hidden />} tone="bad" onSelect={() => {}}>
          Stop bot
        </MenuItem>
      </Menu>
      <Menu trigger={<Button icon={<ListFilter aria-hidden />}>Status: {chosen.length}</Button>} align="start">
        <MenuLabel>Status</MenuLabel>
        {["Queued", "In call", "Fatal"].map((name) => (
          <MenuCheckboxItem key={name} checked={chosen.includes(name)} onCheckedChange={(on) => toggle(name, on)}>
            {name}
          </MenuCheckboxItem>
        ))}
      </Menu>
    </Sample>
  );
}

const ITEMS = [
  { key: 1, label: "Standup notes", text: "In call" },
  { key: 2, label: "Board meeting", text: "Queued" },
  { key: 3, label: "Interview", text: "Joining" },
];

function DialogSample() {
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const stop = async () =>
    ITEMS.map(({ key, label }) => ({
      key,
      label,
      ok: key !== 2,
      text: key === 2 ? "has ended already" : "is stopping",
    }));
  return (
    <Sample name="Dialog, ConfirmDialog">
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Send a bot"
        description="It joins as soon as a platform has room."
        trigger={<Button>Dialog</Button>}
        footer={<Button onClick={() => setOpen(false)}>Done</Button>}
      >
        <p>What there is to fill in.</p>
      </Dialog>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title="Stop 3 bots?"
        description="They leave their meetings. What they have recorded is kept."
        items={ITEMS}
        confirmLabel="Stop 3 bots"
        onConfirm={stop}
        trigger={<Button variant="danger">Stop 3 bots …</Button>}
      />
    </Sample>
  );
}
