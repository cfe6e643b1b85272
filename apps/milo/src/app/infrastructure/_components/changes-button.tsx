"use client";

import { RefreshCw } from "lucide-react";
import { formatCount } from "../../_format/count.ts";
import { Announcer } from "../../_ui/announcer.tsx";
import { Button } from "../../_ui/button.tsx";

type Props = {
  /** How many rows differ from the newest; 0 = none. */
  changes: number;
  onShow(): void;
};

/** What came while a table stood still: said, and shown when asked for. */
export function ChangesButton({ changes, onShow }: Props) {
  const text = formatCount(changes, "change");
  return (
    <>
      <Announcer text={changes === 0 ? "" : `${text} held back`} />
      {changes > 0 && (
        <Button size="sm" icon={<RefreshCw aria-hidden />} onClick={onShow}>
          {text} — show
        </Button>
      )}
    </>
  );
}
