"use client";

import { isFinalBotStatus } from "@milo/placement";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { PlatformName } from "../../_ui/domain/platform-name.tsx";
import { useTicking } from "../../_ui/now-provider.tsx";
import { shortenReason } from "../short-reason.ts";
import { tickReason } from "../tick-reason.ts";

type Props = {
  bot: Pick<ListedBot, "status" | "deploymentPlatform" | "reason">;
  /** When the bot was read; null when that is not known. */
  asOfMs: number | null;
};

/** Where a bot runs or ran; while it waits for a place, why it has none. On a narrow screen that stands by its name. */
export function InfraCell({ bot, asOfMs }: Props) {
  const { status, deploymentPlatform } = bot;
  if (deploymentPlatform !== null && status !== "QUEUED") return <PlatformName platform={deploymentPlatform} />;
  return (
    <span className="flex items-start gap-2">
      <span className="text-quiet">–</span>
      <span className="max-sm:hidden">
        <WaitReason bot={bot} asOfMs={asOfMs} />
      </span>
    </span>
  );
}

/** Why it waits and what comes next; its countdown runs. Nothing when it does not wait. */
export function WaitReason({ bot: { status, deploymentPlatform, reason }, asOfMs }: Props) {
  const isPlaced = deploymentPlatform !== null && status !== "QUEUED";
  const whole = isPlaced || isFinalBotStatus(status) ? null : reason;
  const text = useTicking((nowMs) => {
    if (whole === null) return "";
    return nowMs === null || asOfMs === null ? whole : tickReason(whole, nowMs - asOfMs);
  });
  if (whole === null) return null;
  return (
    <span
      title={text}
      className="line-clamp-3 text-pretty font-normal text-quiet text-xs leading-5 tabular-nums sm:line-clamp-2"
    >
      {shortenReason(text)}
    </span>
  );
}
