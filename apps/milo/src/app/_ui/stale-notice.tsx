"use client";

import { WifiOff } from "lucide-react";
import { TimeAgo } from "./time-ago.tsx";
import { SOFT_TONE } from "./tone.ts";

type Props = {
  /** Of when what is shown is; null = nothing is. */
  asOf: Date | number | null;
  /** Why it is not newer, and what is being done. */
  children?: string;
};

/** Says that what is shown is not the latest. The age ticks outside of the live region, or it would be read each second. */
export function StaleNotice({ asOf, children = "Reconnecting." }: Props) {
  return (
    <p className={`flex items-center gap-2 rounded-md border px-3 py-1.5 text-sm ${SOFT_TONE.wait}`}>
      <WifiOff aria-hidden className="size-4 shrink-0" />
      <span role="status">{children}</span>
      {asOf !== null && (
        <span>
          Data from <TimeAgo at={asOf} />.
        </span>
      )}
    </p>
  );
}
