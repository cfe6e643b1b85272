"use client";

import { Square } from "lucide-react";
import { useState } from "react";
import { describeProblem } from "../../_api/describe-problem.ts";
import { useTRPCClient } from "../../_api/trpc.ts";
import { nameBotInFull } from "../../_format/bot-id.ts";
import { formatCount } from "../../_format/count.ts";
import { Button } from "../../_ui/button.tsx";
import { ConfirmDialog } from "../../_ui/confirm-dialog.tsx";
import { BOT_STATUS_LOOKS } from "../../_ui/domain/bot-status-look.ts";
import { showToast } from "../../_ui/toast-store.ts";
import { describeStop, planStop, reportStop, type StoppedBot } from "../stop-plan.ts";

type Props = { bots: readonly StoppedBot[]; onDone(): void };

/** Stops the selected bots, after a question that names them, and reports of each. */
export function StopBots({ bots, onDone }: Props) {
  const client = useTRPCClient();
  const [asked, setAsked] = useState<readonly StoppedBot[] | null>(null);
  const { stoppable, whyNot } = planStop(bots);
  // What was asked about is what is stopped, whatever is selected or changes meanwhile.
  const plan = planStop(asked ?? bots);
  const what = formatCount(plan.stoppable.length, "bot");

  async function stop() {
    try {
      const { results } = await client.bots.stopMany.mutate({ botIds: plan.stoppable.map(({ id }) => id) });
      const reports = [...reportStop(plan.stoppable, results), ...plan.left];
      if (reports.every(({ ok }) => ok))
        showToast({ tone: "good", title: `${what} stopped`, text: "They are on their way out." });
      onDone();
      return reports;
    } catch (error) {
      throw new Error(describeProblem(error).detail);
    }
  }

  return (
    <>
      <Button
        variant="danger"
        size="sm"
        icon={<Square aria-hidden />}
        disabledReason={whyNot}
        onClick={() => setAsked(bots)}
      >
        {stoppable.length === 0 ? "Stop bots" : `Stop ${formatCount(stoppable.length, "bot")}`} …
      </Button>
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(isOpen) => isOpen || setAsked(null)}
        title={`Stop ${what}?`}
        description={describeStop(plan.stoppable)}
        items={plan.stoppable.map((bot) => ({
          key: bot.id,
          label: nameBotInFull(bot),
          text: BOT_STATUS_LOOKS[bot.status].label,
        }))}
        confirmLabel={`Stop ${what}`}
        onConfirm={stop}
      />
    </>
  );
}
