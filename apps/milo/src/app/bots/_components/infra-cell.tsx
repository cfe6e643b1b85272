"use client";

import { isFinalBotStatus } from "@milo/placement";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { PlatformName } from "../../_ui/domain/platform-name.tsx";
import { useTicking } from "../../_ui/now-provider.tsx";
import { tickReason } from "../tick-reason.ts";

type Props = {
  bot: Pick<ListedBot, "status" | "deploymentPlatform" | "reason">;
  /** When the bot was read; null when that is not known. */
  asOfMs: number | null;
};

/** Where a bot runs or ran; while it waits for a place, why it has none. */
export function InfraCell({ bot, asOfMs }: Props) {
  const { status, deploymentPlatform, reason } = bot;
  if (deploymentPlatform !== null && status !== "QUEUED") return <PlatformName platform={deploymentPlatform} />;
  return (
    <span className="flex items-start gap-2">
      <span className="text-quiet">–</span>
      {reason !== null && !isFinalBotStatus(status) && <WaitReason reason={reason} asOfMs={asOfMs} />}
    </span>
  );
}

/** Why it waits and what comes next; its countdown runs. */
export function WaitReason({ reason, asOfMs }: { reason: string; asOfMs: number | null }) {
  const text = useTicking((nowMs) => (nowMs === null || asOfMs === null ? reason : tickReason(reason, nowMs - asOfMs)));
  return (
    <span className="line-clamp-2 min-w-32 text-pretty text-quiet text-xs leading-5 tabular-nums" title={text}>
      {text}
    </span>
  );
}
