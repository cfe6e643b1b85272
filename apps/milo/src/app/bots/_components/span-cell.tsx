import { Duration, Elapsed } from "../../_ui/duration.tsx";
import type { BotSpan } from "../bot-span.ts";

/** How long a bot waits or waited, runs or ran. */
export function SpanCell({ span: { word, sinceMs, untilMs } }: { span: BotSpan }) {
  return (
    <span className="flex flex-col items-end">
      {untilMs === null ? <Elapsed since={sinceMs} /> : <Duration ms={untilMs - sinceMs} />}
      <span className="text-quiet text-xs">{word}</span>
    </span>
  );
}
