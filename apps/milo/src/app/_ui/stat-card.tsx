import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { TEXT_TONE, type Tone } from "./tone.ts";

/** Holds StatCards in a row, two by two on a narrow screen. */
export function StatRow({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-2 sm:grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))]">{children}</dl>;
}

type Props = {
  label: string;
  value: ReactNode;
  unit?: string;
  icon?: LucideIcon;
  /** Colours the icon; the number stays ink unless it is bad news. */
  tone?: Tone;
  hint?: ReactNode;
};

/** One number that matters. A zero steps back. */
export function StatCard({ label, value, unit, icon: Icon, tone = "neutral", hint }: Props) {
  const isZero = value === 0;
  return (
    <div className="flex flex-col justify-between rounded-md border px-3 py-2">
      <dt className="flex items-start gap-1.5 text-quiet text-xs">
        {Icon && (
          <Icon
            aria-hidden
            className={classNames("mt-px size-3.5 shrink-0", isZero ? "text-quiet" : TEXT_TONE[tone])}
          />
        )}
        {label}
      </dt>
      <dd className="mt-0.5">
        <span
          className={classNames(
            "font-semibold text-xl tabular-nums",
            isZero ? "text-quiet" : tone === "bad" ? "text-bad" : "text-ink",
          )}
        >
          {value}
        </span>
        {unit && <span className="ml-1 text-quiet text-sm">{unit}</span>}
        {hint && <span className="block text-quiet text-xs">{hint}</span>}
      </dd>
    </div>
  );
}
