"use client";

import { botCan } from "@milo/placement";
import { RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useSyncExternalStore } from "react";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import type { Timeline } from "#server/api/services/timeline/timeline.ts";
import { describeProblem } from "../../../_api/describe-problem.ts";
import { useTRPCClient } from "../../../_api/trpc.ts";
import { nameBot } from "../../../_format/bot-id.ts";
import { Button } from "../../../_ui/button.tsx";
import { CopyButton } from "../../../_ui/copy-button.tsx";
import { showToast } from "../../../_ui/toast-store.ts";
import { writeApiCall } from "../../bot-actions.ts";
import { ReplaceAnyway } from "./replace-anyway.tsx";
import { StopBot } from "./stop-bot.tsx";

type Props = { story: Timeline; record: ListedBot | null };

/** What can be done with the bot; what cannot be now says why. */
export function BotActions({ story, record }: Props) {
  const { bot, now } = story;
  const origin = useOrigin();
  const call = writeApiCall(origin, { ...bot, deduplicationKey: record?.deduplicationKey ?? null });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <CopyButton text={call} label="Copy as API call" isLabelled />
      <ReplaceAnyway story={story} />
      <Retry botId={bot.id} disabledReason={botCan.retry({ ...bot, status: now.status }).reason} />
      <StopBot bot={{ id: bot.id, name: bot.name, status: now.status }} />
    </div>
  );
}

/** Sends another bot with the same request and goes to its page. */
function Retry({ botId, disabledReason }: { botId: number; disabledReason: string | null }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      const { botId: next, created } = await client.bots.retry.mutate({ botId });
      const title = `${nameBot(next)} is ${created ? "sent" : "on it already"}`;
      showToast({ tone: "good", title, text: `It has the request of ${nameBot(botId, "within")}.` });
      router.push(`/bots/${next}`);
    } catch (error) {
      const { title, detail } = describeProblem(error);
      showToast({ tone: "bad", title, text: detail });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size="sm"
      icon={<RotateCw aria-hidden />}
      isBusy={isBusy}
      disabledReason={disabledReason}
      onClick={() => void retry()}
    >
      Retry
    </Button>
  );
}

const never = () => () => {};

/** Where this console is; in the server's render, what a reader fills in. */
function useOrigin(): string {
  return useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "$MILO",
  );
}
