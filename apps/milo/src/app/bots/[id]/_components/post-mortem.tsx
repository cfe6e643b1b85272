"use client";

import type { TimelineItem } from "#server/api/services/timeline/timeline.ts";
import { CodeBlock } from "../../../_ui/code-block.tsx";
import { Fact, FactList } from "../../../_ui/facts.tsx";
import { Disclosure } from "./disclosure.tsx";

type PostMortem = NonNullable<Extract<TimelineItem, { kind: "attempt" }>["attempt"]["postMortem"]>;

/** What was left of a container before it was removed, as far as its platform told. */
export function PostMortemPanel({ postMortem, label }: { postMortem: PostMortem; label: string }) {
  const { status, reason, exitCode, signal, restarts, conditions = [], log = [], missing } = postMortem;
  const end = [
    exitCode !== undefined && `exit code ${exitCode}`,
    signal !== undefined && `signal ${signal}`,
    restarts !== undefined && restarts > 0 && `${restarts} restarts`,
  ].filter(Boolean);
  const summary = ["Post-mortem", ...end].join(", ");
  return (
    <Disclosure title={summary} isOpenAtFirst={exitCode !== undefined && exitCode !== 0}>
      <div className="space-y-3">
        <FactList>
          {status !== undefined && <Fact name={`${label} says`}>{status}</Fact>}
          {reason !== undefined && <Fact name="Reason">{reason}</Fact>}
          {exitCode !== undefined && <Fact name="Exit code">{exitCode}</Fact>}
          {signal !== undefined && <Fact name="Signal">{signal}</Fact>}
          {missing !== undefined && <Fact name="Not known">{missing}</Fact>}
        </FactList>
        {conditions.length > 0 && (
          <ul aria-label="Conditions" className="divide-y rounded-md border bg-card text-xs">
            {conditions.map((condition) => (
              <li key={`${condition.type} ${condition.at ?? ""} ${condition.message ?? ""}`} className="px-3 py-1.5">
                <span className="font-medium">{condition.type}</span>
                {condition.reason !== undefined && <span className="text-quiet"> {condition.reason}</span>}
                {condition.message !== undefined && <p className="break-words text-quiet">{condition.message}</p>}
              </li>
            ))}
          </ul>
        )}
        {log.length > 0 && <CodeBlock code={log.join("\n")} label="last log lines" />}
      </div>
    </Disclosure>
  );
}
