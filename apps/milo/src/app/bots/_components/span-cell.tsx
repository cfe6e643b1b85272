import { Duration, Elapsed } from "../../_ui/duration.tsx";
import type { BotSpan } from "../bot-span.ts";

type Props = { span: BotSpan };

/** How long a bot waits or waited, runs or ran; for a narrow cell. */
export function SpanCell({ span }: Props) {
  return (
    <span className="flex flex-col items-end">
      <Length span={span} />
      <span className="text-quiet text-xs">{span.word}</span>
    </span>
  );
}

/** The same in a line: `running 5 min 3 s`. */
export function SpanText({ span }: Props) {
  return (
    <span>
      {span.word} <Length span={span} />
    </span>
  );
}

function Length({ span: { sinceMs, untilMs } }: Props) {
  return untilMs === null ? <Elapsed since={sinceMs} /> : <Duration ms={untilMs - sinceMs} />;
}
