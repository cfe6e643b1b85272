import { type BotStatus, isFinalBotStatus } from "@milo/placement";

/** How long a bot has been at what matters now. */
export type BotSpan = { word: "waiting" | "running" | "waited" | "ran"; sinceMs: number; untilMs: number | null };

type Bot = {
  status: BotStatus;
  createdAt: Date;
  queuedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
};

/** The wait of a bot that no container has claimed yet, the run of one that is or was claimed. `untilMs` null: it goes on. */
export function tellSpan({ status, createdAt, queuedAt, startedAt, endedAt }: Bot): BotSpan {
  const hasEnded = isFinalBotStatus(status);
  const untilMs = hasEnded ? (endedAt?.getTime() ?? null) : null;
  // One that was requeued after its container was lost waits again: its queue entry kept the old begin.
  const hasRun = startedAt !== null && status !== "QUEUED" && status !== "DEPLOYING";
  if (hasRun) return { word: hasEnded ? "ran" : "running", sinceMs: startedAt.getTime(), untilMs };
  return { word: hasEnded ? "waited" : "waiting", sinceMs: (queuedAt ?? createdAt).getTime(), untilMs };
}
