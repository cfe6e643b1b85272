"use client";

import { CircleCheck, CircleX } from "lucide-react";
import Link from "next/link";
import { formatBotId } from "../../_format/bot-id.ts";
import { formatCount } from "../../_format/count.ts";
import { Button } from "../../_ui/button.tsx";
import type { SentBot } from "../sent-bots.ts";

type Props = {
  results: readonly SentBot[];
  onClose(): void;
  /** Goes back to the form with the addresses that failed. */
  onAgain(meetings: string): void;
};

/** What came of each of many addresses. */
export function CreateReport({ results, onClose, onAgain }: Props) {
  const failed = results.filter(({ ok }) => !ok);
  const sent = results.length - failed.length;
  return (
    <div className="space-y-3 pb-4">
      <p role="status" className="font-medium text-sm">
        {failed.length === 0
          ? `${formatCount(sent, "bot")} sent.`
          : `${sent} of ${formatCount(results.length, "bot")} sent, ${failed.length} not.`}
      </p>
      <ul aria-label="What came of each" className="max-h-80 divide-y overflow-y-auto rounded-md border text-sm">
        {[...failed, ...results.filter(({ ok }) => ok)].map((result, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and one address may stand in it twice.
          <li key={index} className="flex items-start gap-2 px-3 py-2">
            {result.ok ? (
              <CircleCheck aria-label="Done" className="mt-0.5 size-4 shrink-0 text-good" />
            ) : (
              <CircleX aria-label="Failed" className="mt-0.5 size-4 shrink-0 text-bad" />
            )}
            <span className="min-w-0 flex-1">
              <span className="break-all font-mono text-xs">{result.shown}</span>{" "}
              <span className="text-quiet">{result.text}</span>
            </span>
            {result.botId !== null && (
              <Link
                href={`/bots/${result.botId}`}
                prefetch={false}
                className="shrink-0 text-accent underline underline-offset-2"
              >
                {formatBotId(result.botId)}
              </Link>
            )}
          </li>
        ))}
      </ul>
      <div className="flex justify-end gap-2">
        {failed.length > 0 && (
          <Button onClick={() => onAgain(failed.map(({ url }) => url).join("\n"))}>Correct those that failed</Button>
        )}
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
