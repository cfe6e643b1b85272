"use client";

import type { ListedBot } from "#server/api/services/bot-list.ts";
import type { Timeline } from "#server/api/services/timeline/timeline.ts";
import { CodeBlock } from "../../../_ui/code-block.tsx";
import { Disclosure } from "./disclosure.tsx";

/** Everything as the API answers it. */
export function RawRecord({ story, record }: { story: Timeline; record: ListedBot | null }) {
  return (
    <section aria-label="Raw record" className="rounded-lg border bg-card px-4 py-3 shadow-flat">
      <Disclosure title="Raw record">
        <CodeBlock
          code={JSON.stringify({ bot: record ?? story.bot, now: story.now, items: story.items }, null, 2)}
          label="raw record"
        />
      </Disclosure>
    </section>
  );
}
