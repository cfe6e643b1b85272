import { PLATFORM_LABELS } from "@milo/placement";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { formatGuess } from "../../_format/estimate.ts";

type Sent = ApiOutputs["bots"]["create"];

/** What became of a bot that was sent: `It waits at place 3, for about 2 min.` */
export function describeSent({ success, platform, queued, queuePosition, estimatedWaitMs }: Sent): string {
  if (!success) return "It will not run: its page says why.";
  if (queued !== true) return platform === undefined ? "It is starting." : `It starts on ${PLATFORM_LABELS[platform]}.`;
  const place = queuePosition === undefined ? "" : ` at place ${queuePosition}`;
  const wait = estimatedWaitMs === undefined ? "" : `, for ${formatGuess(estimatedWaitMs)}`;
  return `It waits${place}${wait}.`;
}
