"use client";

import { ChevronRight } from "lucide-react";
import * as Primitive from "radix-ui/collapsible";
import { type ReactNode, useId } from "react";
import { useStoredFlag } from "./use-stored-flag.ts";

type Props = {
  /** Under which the state is kept: unique in the console. */
  storageKey: string;
  title: string;
  /** Before the title: an icon. */
  icon?: ReactNode;
  /** After the title, always seen: badges, a bar. */
  aside?: ReactNode;
  actions?: ReactNode;
  level?: 2 | 3;
  children: ReactNode;
};

/** A section that can be folded away; open until the viewer has closed it, and then closed in the next visit too. */
export function CollapsibleSection({ storageKey, title, icon, aside, actions, level = 2, children }: Props) {
  const [isOpen, setOpen] = useStoredFlag(`section:${storageKey}`, true);
  const titleId = useId();
  const Heading = `h${level}` as const;
  return (
    <Primitive.Root open={isOpen} onOpenChange={setOpen} asChild>
      <section aria-labelledby={titleId} className="min-w-0 rounded-lg border bg-card shadow-flat">
        <header className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2">
          <Heading id={titleId} className="font-semibold text-base tabular-nums">
            <Primitive.Trigger className="group flex items-center gap-2 rounded-md py-1 pr-2 pl-1 hover:bg-hover">
              <ChevronRight
                aria-hidden
                className="size-4 shrink-0 text-quiet transition-transform group-data-[state=open]:rotate-90"
              />
              {icon}
              {title}
            </Primitive.Trigger>
          </Heading>
          {aside && (
            <div className="flex min-w-0 flex-1 flex-wrap items-center max-sm:basis-full gap-x-4 gap-y-2">{aside}</div>
          )}
          {actions && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
        <Primitive.Content className="border-t">{children}</Primitive.Content>
      </section>
    </Primitive.Root>
  );
}
