import { Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

type Props = { title: string; children?: ReactNode; icon?: LucideIcon; action?: ReactNode };

/** A list without anything in it: why that is so, and what to do if it should not be. */
export function EmptyState({ title, children, icon: Icon = Inbox, action }: Props) {
  return (
    <div className="flex flex-col items-center px-4 py-8 text-center">
      <Icon aria-hidden className="size-5 text-quiet" strokeWidth={1.5} />
      <p className="mt-2 font-medium text-sm">{title}</p>
      {children && <p className="mt-0.5 max-w-prose text-balance text-quiet text-sm">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
