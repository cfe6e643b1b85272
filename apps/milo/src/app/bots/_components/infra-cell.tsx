"use client";

import { isFinalBotStatus } from "@milo/placement";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { shortenReason } from "../../_format/short-reason.ts";
import { PlatformName } from "../../_ui/domain/platform-name.tsx";
import { useTicking } from "../../_ui/now-provider.tsx";
import { tellWait } from "../tell-wait.ts";

type Props = { bot: Pick<ListedBot, "status" | "deploymentPlatform" | "reason" | "cause" | "next"> };

/** Where a bot runs or ran; while it waits for a place, why it has none. On a narrow screen that stands by its name. */
export function InfraCell({ bot }: Props) {
  const { status, deploymentPlatform } = bot;
  if (deploymentPlatform !== null && status !== "QUEUED") return <PlatformName platform={deploymentPlatform} />;
  return (
    <span className="flex items-start gap-2">
      <span className="text-quiet">–</span>
      <span className="max-sm:hidden">
        <WaitReason bot={bot} />
      </span>
    </span>
  );
}

/** Why it waits and what comes next; its countdown runs. Nothing when it does not wait. */
export function WaitReason({ bot }: Props) {
  const isPlaced = bot.deploymentPlatform !== null && bot.status !== "QUEUED";
  const isSilent = isPlaced || isFinalBotStatus(bot.status) || bot.reason === null;
  const text = useTicking((nowMs) => (isSilent ? "" : tellWait(bot, nowMs)));
  if (isSilent) return null;
  return (
    <span title={text} className="line-clamp-3 text-pretty font-normal text-quiet text-xs leading-5 tabular-nums">
      {shortenReason(text)}
    </span>
  );
}
