"use client";

import { Plus } from "lucide-react";
import { Button } from "../../_ui/button.tsx";
import { Dialog } from "../../_ui/dialog.tsx";
import { CreateForm } from "./create-form.tsx";

type Props = { isOpen: boolean; setOpen(isOpen: boolean): void };

/** A button that opens the form by which bots are sent to meetings. What else opens it is told by `isOpen`. */
export function CreateBots({ isOpen, setOpen }: Props) {
  return (
    <Dialog
      open={isOpen}
      onOpenChange={setOpen}
      width="lg"
      title="Send bots"
      description="Each joins as soon as a platform has room, and waits in the queue until then."
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          Send bots …
        </Button>
      }
    >
      <CreateForm onClose={() => setOpen(false)} />
    </Dialog>
  );
}
