"use client";

import type { Timeline } from "#server/api/services/timeline/timeline.ts";
import { formatCount } from "../../../_format/count.ts";
import { Card } from "../../../_ui/card.tsx";
import { EmptyState } from "../../../_ui/empty-state.tsx";
import { Notice } from "../../../_ui/notice.tsx";
import { isOver, tellStory } from "../../story.ts";
import { StoryLine } from "./story-line.tsx";
import { StoryNext } from "./story-next.tsx";

type Props = { items: Timeline["items"]; now: Timeline["now"]; isTruncated: boolean };

/** All that happened to the bot, oldest first, up to now and what is due next. */
export function Story({ items, now, isTruncated }: Props) {
  const lines = tellStory(items);
  const isEnd = isOver(now.status, items);
  return (
    <Card title="Story" aside={<span className="text-quiet text-sm">{formatCount(lines.length, "event")}</span>}>
      {isTruncated && (
        <div className="mb-3">
          <Notice tone="info" title="The oldest events are left out">
            It has more than a thousand; these are the newest.
          </Notice>
        </div>
      )}
      {lines.length === 0 ? (
        <EmptyState title="Nothing has happened yet">Its first event appears here by itself.</EmptyState>
      ) : (
        <ol aria-label="Story" className="relative">
          {lines.map((line, index) => (
            <StoryLine key={line.key} line={line} isLast={isEnd && index === lines.length - 1} />
          ))}
          {!isEnd && <StoryNext now={now} />}
        </ol>
      )}
    </Card>
  );
}
