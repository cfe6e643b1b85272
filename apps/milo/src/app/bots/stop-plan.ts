import { type BotStatus, botCan } from "@milo/placement";
import { nameBotInFull } from "../_format/bot-id.ts";
import { formatCount } from "../_format/count.ts";
import type { ItemReport } from "../_ui/item-report.tsx";

export type StoppedBot = { id: number; name: string; status: BotStatus };
type Result = { id: number; ok: boolean; message?: string };

export type StopPlan<Bot extends StoppedBot> = {
  stoppable: readonly Bot[];
  /** What is left alone, and why. */
  left: readonly ItemReport[];
  /** Why nothing can be stopped; null when something can. */
  whyNot: string | null;
};

/** Which of these can be stopped as they are now. */
export function planStop<Bot extends StoppedBot>(bots: readonly Bot[]): StopPlan<Bot> {
  const stoppable = bots.filter(({ status }) => botCan.stop(status).can);
  const left = bots.flatMap((bot) => {
    const { reason } = botCan.stop(bot.status);
    return reason === null ? [] : [{ key: bot.id, label: nameBotInFull(bot), ok: false, text: `${reason}.` }];
  });
  if (bots.length === 0) return { stoppable, left, whyNot: "Select bots first" };
  const whyNot = bots.length === 1 ? (left[0]?.text ?? null) : "None of these can be stopped any more";
  return { stoppable, left, whyNot: stoppable.length > 0 ? null : whyNot };
}

/** What will happen to them, by what they do now. */
export function describeStop(bots: readonly StoppedBot[]): string {
  const cancelled = bots.filter(({ status }) => botCan.cancel(status).can).length;
  const leaving = bots.length - cancelled;
  const parts = [
    cancelled > 0 &&
      `${formatCount(cancelled, "bot")} ${cancelled === 1 ? "has" : "have"} not joined yet and will be cancelled.`,
    leaving > 0 &&
      `${formatCount(leaving, "bot")} will be told to leave ${leaving === 1 ? "its meeting" : "their meetings"}.`,
  ];
  return `${parts.filter(Boolean).join(" ")} This cannot be taken back.`;
}

/** What came of each. */
export function reportStop(bots: readonly StoppedBot[], results: readonly Result[]): ItemReport[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return bots.map((bot) => {
    const result = byId.get(bot.id);
    const done = botCan.cancel(bot.status).can ? "is cancelled." : "is told to leave.";
    const text = result?.ok ? done : (result?.message ?? "milo did not answer for it.");
    return { key: bot.id, label: nameBotInFull(bot), ok: result?.ok ?? false, text };
  });
}
