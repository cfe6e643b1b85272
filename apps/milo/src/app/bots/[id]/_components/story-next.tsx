"use client";

import { CircleDashed } from "lucide-react";
import type { Timeline } from "#server/api/services/timeline/timeline.ts";
import { Remaining } from "../../../_ui/duration.tsx";
import { StoryMark } from "./story-mark.tsx";

/** The open end of a story: what is due, unless something happens before. */
export function StoryNext({ now }: { now: Timeline["now"] }) {
  return (
    <li className="flex gap-3">
      <StoryMark icon={CircleDashed} tone="accent" isLast />
      <div className="min-w-0 flex-1">
        <p className="text-accent text-xs leading-6">
          <span className="font-medium">Next</span>
          {now.nextDeadline !== null && (
            <>
              , in <Remaining until={now.nextDeadline.at} />
            </>
          )}
        </p>
        <p className="text-quiet text-sm">
          {now.nextDeadline?.what ?? "Nothing is due by time alone. What happens appears here by itself."}
        </p>
      </div>
    </li>
  );
}
