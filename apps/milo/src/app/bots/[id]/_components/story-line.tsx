"use client";

import { formatDuration } from "@milo/placement";
import {
  CircleDot,
  FastForward,
  Flag,
  Hourglass,
  type LucideIcon,
  MessageSquare,
  Rocket,
  StickyNote,
  TriangleAlert,
} from "lucide-react";
import type { TimelineItem } from "#server/api/services/timeline/timeline.ts";
import { formatEventTime, formatExact, formatIso, formatUtc } from "../../../_format/time.ts";
import { BOT_STATUS_LOOKS } from "../../../_ui/domain/bot-status-look.ts";
import { PlatformName } from "../../../_ui/domain/platform-name.tsx";
import { useIsHydrated, useTicking } from "../../../_ui/now-provider.tsx";
import { titleOf } from "../../event-titles.ts";
import { type StoryLine as Line, toneOf } from "../../story.ts";
import { AttemptCard } from "./attempt-card.tsx";
import { StoryMark } from "./story-mark.tsx";

const ICONS: Readonly<Record<TimelineItem["kind"], LucideIcon>> = {
  queued: Hourglass,
  stage: FastForward,
  attempt: Rocket,
  step: CircleDot,
  bot: MessageSquare,
  status: Flag,
  note: StickyNote,
};
const SAYERS: Partial<Readonly<Record<TimelineItem["kind"], string>>> = {
  bot: "Said by the bot",
  note: "Note",
};

/** One event: when, what, about which attempt, and what the bot's status is from then on. */
export function StoryLine({ line: { item, gapMs, about }, isLast }: { line: Line; isLast: boolean }) {
  const tone = toneOf(item);
  const status = item.status === null ? null : BOT_STATUS_LOOKS[item.status];
  const icon = status?.icon ?? (tone === "bad" ? TriangleAlert : ICONS[item.kind]);
  const sayer = SAYERS[item.kind];
  return (
    <li className="flex gap-3">
      <StoryMark icon={icon} tone={tone} isLast={isLast} />
      <div className="min-w-0 flex-1 pb-4">
        <p className="flex flex-wrap items-center gap-x-2.5 text-quiet text-xs leading-6">
          <EventTime atMs={item.at.getTime()} />
          {gapMs !== null && <span className="tabular-nums">after {formatDuration(gapMs)}</span>}
          <span className="font-medium text-ink">{status?.label ?? titleOf(item.code)}</span>
          {about !== null && (
            <span className="inline-flex items-center gap-1.5">
              <PlatformName platform={about.platform} /> attempt {about.attempt}
            </span>
          )}
          {sayer !== undefined && <span>{sayer}</span>}
          <code className="ml-auto font-mono text-2xs max-sm:hidden">{item.code}</code>
        </p>
        <p className="break-words text-sm">{item.message}</p>
        {item.kind === "attempt" && <AttemptCard attempt={item.attempt} />}
      </div>
    </li>
  );
}

function EventTime({ atMs }: { atMs: number }) {
  const isHydrated = useIsHydrated();
  const text = useTicking((nowMs) => formatEventTime(atMs, nowMs ?? atMs, isHydrated ? undefined : "UTC"));
  return (
    <time
      dateTime={formatIso(atMs)}
      title={isHydrated ? formatExact(atMs) : formatUtc(atMs)}
      className="font-medium text-ink tabular-nums"
    >
      {text}
    </time>
  );
}
