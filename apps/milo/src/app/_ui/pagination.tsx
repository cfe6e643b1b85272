"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

type Props = {
  /** What is turned, for screen readers: `Pages of bots`. */
  label: string;
  /** Undefined on the first page. */
  onNewer?(): void;
  /** Undefined on the last page. */
  onOlder?(): void;
  isBusy?: boolean;
  /** Where the list is not ordered by age. */
  words?: PageWords;
  /** What is shown: `50 bots`, `Bots 51 to 100`. */
  children?: ReactNode;
};

type PageWords = { newer: string; older: string; noNewer: string; noOlder: string };
const BY_AGE: PageWords = {
  newer: "Newer",
  older: "Older",
  noNewer: "These are the newest",
  noOlder: "There are no older ones",
};

/** Turns pages by cursor: there is a next and a previous one, but no number of pages. */
export function Pagination({ label, onNewer, onOlder, isBusy = false, words = BY_AGE, children }: Props) {
  return (
    <nav aria-label={label} className="flex flex-wrap items-center gap-2 border-t px-4 py-2">
      <p className="mr-auto text-quiet text-xs tabular-nums">{children}</p>
      {/* Wrapped together or not at all. */}
      <div className="-mx-2.5 flex items-center gap-2">
        <Button
          variant="ghost"
          size="sm"
          icon={<ChevronLeft aria-hidden />}
          onClick={onNewer}
          disabledReason={onNewer ? null : words.noNewer}
        >
          {words.newer}
        </Button>
        <Button
          variant="ghost"
          size="sm"
          onClick={onOlder}
          isBusy={isBusy}
          disabledReason={onOlder ? null : words.noOlder}
        >
          {words.older}
          <ChevronRight aria-hidden />
        </Button>
      </div>
    </nav>
  );
}
