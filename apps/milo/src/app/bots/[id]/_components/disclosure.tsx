"use client";

import { ChevronRight } from "lucide-react";
import * as Collapsible from "radix-ui/collapsible";
import { type ReactNode, useState } from "react";

type Props = { title: string; isOpenAtFirst?: boolean; children: ReactNode };

/** Something to look into: closed until it is asked for. */
export function Disclosure({ title, isOpenAtFirst = false, children }: Props) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <Collapsible.Root open={isOpen} onOpenChange={setOpen}>
      <Collapsible.Trigger className="group -ml-1 flex items-center gap-1.5 rounded-md px-1 py-0.5 text-left font-medium text-sm hover:bg-hover">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-quiet transition-transform group-data-[state=open]:rotate-90"
        />
        {title}
      </Collapsible.Trigger>
      <Collapsible.Content className="mt-2">{children}</Collapsible.Content>
    </Collapsible.Root>
  );
}
