"use client";

import type { ListedBot } from "#server/api/services/bot-list.ts";
import type { Timeline } from "#server/api/services/timeline/timeline.ts";
import { NO_TIME } from "../../../_format/absent.ts";
import { Card } from "../../../_ui/card.tsx";
import { CopyButton } from "../../../_ui/copy-button.tsx";
import { PlatformName } from "../../../_ui/domain/platform-name.tsx";
import { Fact, FactList } from "../../../_ui/facts.tsx";
import { TimeAgo } from "../../../_ui/time-ago.tsx";
import { SpanText } from "../../_components/span-cell.tsx";
import { tellSpan } from "../../bot-span.ts";

/** What was asked for and what came of it, in figures. */
export function BotFacts({ story: { bot, now }, record }: { story: Timeline; record: ListedBot | null }) {
  const platform = now.status === "QUEUED" ? null : (record?.deploymentPlatform ?? null);
  return (
    <Card title="Facts">
      <FactList>
        <Fact name="Infra">{platform === null ? "–" : <PlatformName platform={platform} />}</Fact>
        {record?.platformIdentifier && platform !== null && (
          <Fact name="Workload">
            <span className="-my-1 flex items-center gap-1">
              <span className="min-w-0 break-all font-mono text-xs leading-5">{record.platformIdentifier}</span>
              <CopyButton text={record.platformIdentifier} label="Copy workload" />
            </span>
          </Fact>
        )}
        <Fact name="Meeting">
          <span className="wrap-anywhere">{bot.meetingUrl}</span>
        </Fact>
        <Fact name="Priority">{bot.priority}</Fact>
        <Fact name="Attempts">{bot.attempts}</Fact>
        <Fact name="Asked for">
          <TimeAgo at={bot.createdAt} />
        </Fact>
        {record !== null && (
          <>
            <Fact name="Started">{record.startedAt === null ? NO_TIME : <TimeAgo at={record.startedAt} />}</Fact>
            <Fact name="Time">
              <SpanText span={tellSpan(record)} />
            </Fact>
            {record.timeoutAt !== null && (
              <Fact name="Gives up">
                <TimeAgo at={record.timeoutAt} />
              </Fact>
            )}
            {record.statusCode !== null && (
              <Fact name="Code">
                <span className="break-all font-mono text-xs">{record.statusCode}</span>
              </Fact>
            )}
            {record.deduplicationKey !== null && (
              <Fact name="Key">
                <span className="break-all font-mono text-xs">{record.deduplicationKey}</span>
              </Fact>
            )}
          </>
        )}
      </FactList>
    </Card>
  );
}
