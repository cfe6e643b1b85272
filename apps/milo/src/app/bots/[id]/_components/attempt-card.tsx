"use client";

import { type FailureClass, PLATFORM_LABELS } from "@milo/placement";
import type { TimelineItem } from "#server/api/services/timeline/timeline.ts";
import { NO_TIME } from "../../../_format/absent.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { CopyButton } from "../../../_ui/copy-button.tsx";
import { OutcomeBadge } from "../../../_ui/domain/outcome-badge.tsx";
import { PhaseBadge } from "../../../_ui/domain/phase-badge.tsx";
import { PlatformName } from "../../../_ui/domain/platform-name.tsx";
import { Duration, Elapsed } from "../../../_ui/duration.tsx";
import { Fact, FactList } from "../../../_ui/facts.tsx";
import { PostMortemPanel } from "./post-mortem.tsx";

/** What kind of failure it was, in words for operators. */
const CLASSES: Readonly<Record<FailureClass, string>> = {
  capacity: "No capacity",
  throttled: "Throttled",
  transient: "Transient",
  unavailable: "Platform unavailable",
  config: "Configuration",
  auth: "Credentials",
  invalid: "Request refused",
  unknown: "Outcome unknown",
  bot: "The bot’s own",
  lost: "Infrastructure lost",
};

type Attempt = Extract<TimelineItem, { kind: "attempt" }>["attempt"];

/** One attempt to run the bot: where, how it ended, why, and what was left of its container. */
export function AttemptCard({ attempt }: { attempt: Attempt }) {
  const { platform, phase, outcome, reason, launchKey, identifier, postMortem } = attempt;
  return (
    <section
      aria-label={`Attempt ${attempt.attempt} on ${PLATFORM_LABELS[platform]}`}
      className="mt-2 rounded-md border bg-sunken"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 py-2 text-sm">
        <h3 className="flex items-center gap-2 font-semibold">
          <PlatformName platform={platform} />
          <span className="font-normal text-quiet">Attempt {attempt.attempt}</span>
        </h3>
        <PhaseBadge phase={phase} />
        {outcome !== null && <OutcomeBadge outcome={outcome} />}
        {attempt.class !== null && <Badge>{CLASSES[attempt.class]}</Badge>}
        {attempt.unreachableSince !== null && phase !== "ENDED" && <Badge tone="bad">Unreachable</Badge>}
        {attempt.stopOverdueSince !== null && phase !== "ENDED" && <Badge tone="bad">Stop overdue</Badge>}
        {attempt.holdsBot && <Badge tone="wait">Its bot waits for its end</Badge>}
      </header>
      <div className="space-y-3 px-3 pb-3">
        {reason !== null && <p className="break-words text-sm">{reason}</p>}
        <FactList>
          <Fact name="Launch key">
            <Name text={launchKey} label="Copy launch key" />
          </Fact>
          {identifier !== null && identifier !== launchKey && (
            <Fact name="Workload">
              <Name text={identifier} label="Copy workload" />
            </Fact>
          )}
          <Fact name="Slot">
            {attempt.slotNo !== null && `No. ${attempt.slotNo}, `}
            {attempt.endedAt === null ? (
              <>
                held for <Elapsed since={attempt.reservedAt} />
              </>
            ) : (
              <>
                held for <Duration ms={attempt.endedAt.getTime() - attempt.reservedAt.getTime()} />
              </>
            )}
          </Fact>
          <Fact name="Claimed">
            {attempt.claimedAt === null ? (
              NO_TIME
            ) : (
              <>
                <Duration ms={attempt.claimedAt.getTime() - attempt.reservedAt.getTime()} /> after it got its slot
              </>
            )}
          </Fact>
        </FactList>
        {postMortem !== null && <PostMortemPanel postMortem={postMortem} label={PLATFORM_LABELS[platform]} />}
      </div>
    </section>
  );
}

function Name({ text, label }: { text: string; label: string }) {
  return (
    <span className="-my-1 flex items-center gap-1">
      <span className="min-w-0 break-all font-mono text-xs leading-5">{text}</span>
      <CopyButton text={text} label={label} />
    </span>
  );
}
