"use client";

import { isFinalBotStatus } from "@milo/placement";
import { CircleStop, Clock, HeartPulse, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Timeline } from "#server/api/services/timeline/timeline.ts";
import { useHeardAtMs, useWatchHeartbeats } from "../../../_live/use-live.ts";
import { Announcer } from "../../../_ui/announcer.tsx";
import { BOT_STATUS_LOOKS } from "../../../_ui/domain/bot-status-look.ts";
import { Elapsed, Remaining } from "../../../_ui/duration.tsx";
import { useTicking } from "../../../_ui/now-provider.tsx";
import { TimeAgo } from "../../../_ui/time-ago.tsx";
import { TEXT_TONE } from "../../../_ui/tone.ts";
import { tellWait } from "../../tell-wait.ts";

/** Where the bot is, why, and what happens next unless something else happens first. */
export function BotNow({ story }: { story: Timeline }) {
  const { now, bot } = story;
  const isFinal = isFinalBotStatus(now.status);
  const { label, icon: Icon, tone } = BOT_STATUS_LOOKS[now.status];
  const running = story.items.findLast((item) => item.kind === "attempt" && item.attempt.phase === "RUNNING");
  const attempt = running?.kind === "attempt" ? running.attempt : null;
  const reason = useTicking((nowMs) => tellWait(now, nowMs));
  return (
    <section aria-label="Now" className="rounded-lg border bg-card px-4 py-3 shadow-flat">
      <Announcer text={`${label}. ${now.cause ?? now.reason}`} />
      <div className="flex items-start gap-3">
        <Icon aria-hidden className={`mt-1 size-4 shrink-0 ${TEXT_TONE[tone]}`} />
        <p className="min-w-0 break-words text-lg">
          <span className="font-semibold">{label}.</span> {reason}
        </p>
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-6 gap-y-1.5 pl-7 text-sm">
        {now.nextDeadline !== null && (
          <Aside
            icon={<Clock aria-hidden />}
            name={
              <>
                Next, in <Remaining until={now.nextDeadline.at} />
              </>
            }
          >
            {now.nextDeadline.what}
          </Aside>
        )}
        {now.status === "QUEUED" && (
          <Aside icon={<Clock aria-hidden />} name="Waiting for">
            <Elapsed since={lastQueuedAt(story)} />
          </Aside>
        )}
        {attempt !== null && <Heartbeat botId={bot.id} attempt={attempt} />}
        {bot.stopRequestedAt !== null && !isFinal && (
          <Aside icon={<CircleStop aria-hidden />} name="Its stop was asked for">
            <TimeAgo at={bot.stopRequestedAt} />
          </Aside>
        )}
        {isFinal && bot.finishedAt !== null && (
          <Aside icon={<Clock aria-hidden />} name="Ended">
            <TimeAgo at={bot.finishedAt} />
          </Aside>
        )}
      </ul>
    </section>
  );
}

function Aside({ icon, name, children }: { icon: ReactNode; name: ReactNode; children: ReactNode }) {
  return (
    <li className="flex items-start gap-1.5 [&_svg]:mt-1 [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-quiet">
      {icon}
      <span>
        <span className="text-quiet">{name}:</span> {children}
      </span>
    </li>
  );
}

type HeartbeatProps = { botId: number; attempt: { lastHeartbeatAt: Date | null; unreachableSince: Date | null } };

/** When its container was last heard; the stream tells it every ten seconds. */
function Heartbeat({ botId, attempt: { lastHeartbeatAt, unreachableSince } }: HeartbeatProps) {
  useWatchHeartbeats([botId]);
  const told = useHeardAtMs(botId);
  const heardAtMs = Math.max(told ?? 0, lastHeartbeatAt?.getTime() ?? 0);
  if (unreachableSince !== null) {
    return (
      <>
        <Aside icon={<TriangleAlert aria-hidden />} name="Nothing heard for">
          <span className="font-medium text-bad">
            <Elapsed since={heardAtMs === 0 ? unreachableSince : heardAtMs} />
          </span>
        </Aside>
        <Aside icon={<TriangleAlert aria-hidden />} name="Unreachable since">
          <TimeAgo at={unreachableSince} />
        </Aside>
      </>
    );
  }
  if (heardAtMs === 0) return null;
  return (
    <Aside icon={<HeartPulse aria-hidden />} name="Last heartbeat">
      <Elapsed since={heardAtMs} /> ago
    </Aside>
  );
}

function lastQueuedAt({ items, bot }: Timeline): Date {
  return items.findLast(({ kind }) => kind === "queued")?.at ?? bot.createdAt;
}
