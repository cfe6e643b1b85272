import { type ReactNode, useId } from "react";

type Props = {
  title: string;
  icon: ReactNode;
  badges?: ReactNode;
  /** What the drawing shows, in a sentence. */
  words: string | null;
  children: ReactNode;
};

/** One drawing under its name and what it shows in words. */
export function CapacityPanel({ title, icon, badges, words, children }: Props) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className="min-w-0">
      <header className="mb-1.5 flex flex-wrap items-center gap-x-2.5 gap-y-1">
        {icon}
        <h3 id={titleId} className="font-semibold text-sm tabular-nums">
          {title}
        </h3>
        {badges}
        {words && <p className="ml-auto text-quiet text-xs tabular-nums max-sm:basis-full">{words}</p>}
      </header>
      {children}
    </section>
  );
}
