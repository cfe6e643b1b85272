"use client";

import { formatCountdown } from "../../_format/countdown.ts";
import { formatExact, formatUtc } from "../../_format/time.ts";
import { useIsHydrated, useTicking } from "../../_ui/now-provider.tsx";

type Props = {
  /** What will happen: `tries AWS`. */
  what: string;
  at: Date;
};

/** What happens next and in how long, ticking down: `tries AWS in 42 s`, and at last `tries AWS now`. */
export function Countdown({ what, at }: Props) {
  const atMs = at.getTime();
  const inHowLong = useTicking((nowMs) => (nowMs === null ? "soon" : formatCountdown(atMs, nowMs)));
  const isHydrated = useIsHydrated();
  return (
    <span title={isHydrated ? formatExact(atMs) : formatUtc(atMs)}>
      {what} <span className="whitespace-nowrap tabular-nums">{inHowLong}</span>
    </span>
  );
}
