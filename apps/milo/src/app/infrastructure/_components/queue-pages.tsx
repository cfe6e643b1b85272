"use client";

import { formatNumber } from "../../_format/count.ts";
import { Pagination } from "../../_ui/pagination.tsx";
import type { QueuedBot, QueuePlace } from "../_view/queue-view.ts";

const WORDS = {
  newer: "Towards the front",
  older: "Further back",
  noNewer: "This is the front of the queue",
  noOlder: "This is the end of the queue",
};

type Props = {
  rows: readonly QueuedBot[];
  total: number;
  beside: { front: QueuePlace | null; back: QueuePlace | null };
  isBusy: boolean;
  onGo(place: QueuePlace): void;
};

/** Where in the queue one looks, and the way on. */
export function QueuePages({ rows, total, beside: { front, back }, isBusy, onGo }: Props) {
  return (
    <Pagination
      label="Pages of the queue"
      words={WORDS}
      isBusy={isBusy}
      onNewer={front === null ? undefined : () => onGo(front)}
      onOlder={back === null ? undefined : () => onGo(back)}
    >
      {formatNumber(rows[0]?.position ?? 0)} to {formatNumber(rows.at(-1)?.position ?? 0)} of{" "}
      {formatNumber(Math.max(total, rows.at(-1)?.position ?? 0))}
    </Pagination>
  );
}
