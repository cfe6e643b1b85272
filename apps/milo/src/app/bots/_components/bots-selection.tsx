"use client";

import { useRef } from "react";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { formatCount } from "../../_format/count.ts";
import { Button } from "../../_ui/button.tsx";
import { StopBots } from "./stop-bots.tsx";

type Props = {
  /** The selected ones, as they are now. */
  bots: readonly ListedBot[];
  /** What has changed while the list stood still. */
  changes: number;
  onShow(): void;
  onClear(): void;
};

/** Stands above the table: what is selected, what can be done with it, what was held back meanwhile. */
export function BotsSelection({ bots, changes, onShow, onClear }: Props) {
  const isSome = bots.length > 0;
  const tally = useRef<HTMLParagraphElement>(null);
  // The button that is pressed goes away by that: the focus goes on from what tells of it.
  const andStay = (act: () => void) => () => {
    tally.current?.focus();
    act();
  };
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-1.5">
      <p ref={tally} tabIndex={-1} role="status" className="text-quiet text-sm tabular-nums">
        {isSome ? `${formatCount(bots.length, "bot")} selected` : "None selected"}
      </p>
      {isSome && (
        <Button variant="ghost" size="sm" onClick={andStay(onClear)}>
          Clear
        </Button>
      )}
      <div className="ml-auto flex flex-wrap items-center gap-2">
        <span role="status">
          {changes > 0 && (
            <Button size="sm" onClick={andStay(onShow)}>
              {formatCount(changes, "change")} — show
            </Button>
          )}
        </span>
        <StopBots bots={bots} onDone={onClear} />
      </div>
    </div>
  );
}
