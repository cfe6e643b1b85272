import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { EDGE_TONE, TEXT_TONE, type Tone } from "./tone.ts";

const ICONS: Readonly<Record<Tone, LucideIcon>> = {
  neutral: Info,
  accent: Info,
  info: Info,
  good: CircleCheck,
  wait: TriangleAlert,
  bad: CircleAlert,
};

type Props = { title: ReactNode; tone?: Tone; icon?: LucideIcon; action?: ReactNode; children?: ReactNode };

/** A sentence that wants to be read, and what to do about it. */
export function Notice({ title, tone = "neutral", icon, action, children }: Props) {
  const Icon = icon ?? ICONS[tone];
  return (
    <div
      className={classNames(
        "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border bg-card px-3 py-2.5 shadow-flat",
        EDGE_TONE[tone],
      )}
    >
      <Icon aria-hidden className={classNames("mt-0.5 size-4 shrink-0 self-start", TEXT_TONE[tone])} />
      <div className="min-w-0 flex-1 basis-48 text-sm">
        <p className="font-medium">{title}</p>
        {children && <div className="text-quiet">{children}</div>}
      </div>
      {action}
    </div>
  );
}
