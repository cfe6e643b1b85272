import type { BotStatus } from "@milo/placement";
import { BOT_STATUS_LOOKS } from "./bot-status-look.ts";
import { StateBadge, type StateBadgeProps } from "./state-badge.tsx";

/** A bot's status. */
export function StatusBadge({ status, look }: StateBadgeProps & { status: BotStatus }) {
  return <StateBadge state={BOT_STATUS_LOOKS[status]} look={look} />;
}
