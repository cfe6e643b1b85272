import type { LucideIcon } from "lucide-react";
import { classNames } from "../../../_ui/class-names.ts";
import { SOFT_TONE, type Tone } from "../../../_ui/tone.ts";

/** The sign of a line, on the thread that joins it to the next. */
export function StoryMark({ icon: Icon, tone, isLast = false }: { icon: LucideIcon; tone: Tone; isLast?: boolean }) {
  return (
    <span aria-hidden className="relative flex w-6 shrink-0 justify-center self-stretch">
      {!isLast && <span className="absolute top-6 bottom-0 w-px bg-line" />}
      <span className={classNames("flex size-6 items-center justify-center rounded-full border", SOFT_TONE[tone])}>
        <Icon className="size-3" />
      </span>
    </span>
  );
}
