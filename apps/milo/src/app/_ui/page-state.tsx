import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { TEXT_TONE, type Tone } from "./tone.ts";

type Props = {
  icon: LucideIcon;
  tone?: Tone;
  /** What happened. */
  title: string;
  /** What it means and what to do. */
  children: ReactNode;
  /** What names it in a log. */
  detail?: string;
  /** Ways on: buttons and links. */
  actions: ReactNode;
};

/** Stands where a whole page would be. */
export function PageState({ icon: Icon, tone = "neutral", title, children, detail, actions }: Props) {
  return (
    <div role={tone === "bad" ? "alert" : undefined} className="flex flex-col items-center px-4 py-16 text-center">
      <Icon aria-hidden className={`size-6 ${TEXT_TONE[tone]}`} strokeWidth={1.5} />
      <h1 className="mt-3 text-balance font-semibold text-xl tracking-tight">{title}</h1>
      <div className="mt-1 max-w-prose text-balance text-quiet text-sm">{children}</div>
      {detail && <p className="mt-2 max-w-full break-words font-mono text-quiet text-xs">{detail}</p>}
      <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>
    </div>
  );
}
