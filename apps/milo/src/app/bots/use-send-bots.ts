"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { describeProblem, type Problem } from "../_api/describe-problem.ts";
import { useTRPC, useTRPCClient } from "../_api/trpc.ts";
import { createOrderKey } from "../_components/dashboard/order-key.ts";
import { nameBot } from "../_format/bot-id.ts";
import { showToast } from "../_ui/toast-store.ts";
import type { BotOrder, OrderErrors } from "./bot-order.ts";
import { describePlaced, readFieldErrors, type SentBot, tellSent } from "./sent-bots.ts";

export type Sending = {
  isBusy: boolean;
  /** What the server found wrong with the fields. */
  wrong: OrderErrors;
  /** What else went wrong. */
  problem: Problem | null;
  /** What came of many. */
  results: readonly SentBot[] | null;
  send(bots: readonly BotOrder[], isMany: boolean): Promise<void>;
  /** The form has changed: what was answered to it counts no more. */
  forget(): void;
};

type Outcome = Pick<Sending, "wrong" | "problem" | "results">;
const NOTHING: Outcome = { wrong: {}, problem: null, results: null };

/** Sends bots. One is told of in a corner after `onSent`; many are answered for one by one. */
export function useSendBots(onSent: () => void): Sending {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  // What is sent again because its answer was lost comes to the same bots.
  const [orderKey] = useState(createOrderKey);
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(NOTHING);

  async function sendOne(bot: BotOrder): Promise<void> {
    const placed = await client.bots.create.mutate({ ...bot, deduplicationKey: orderKey.of(bot) });
    orderKey.forget();
    const { botId } = placed;
    onSent();
    showToast({
      tone: placed.success ? "good" : "bad",
      title: `${nameBot(botId)} ${placed.success ? "is on its way" : "could not be placed"}`,
      text: placed.success ? describePlaced(placed) : "Its story says why.",
      action: {
        label: "Show its story",
        altText: `Open the page of ${nameBot(botId, "within")}`,
        onClick: () => router.push(`/bots/${botId}`),
      },
    });
  }

  return {
    isBusy,
    ...outcome,
    async send(bots, isMany) {
      const [first] = bots;
      if (first === undefined) return;
      setBusy(true);
      setOutcome(NOTHING);
      try {
        if (isMany) {
          const key = orderKey.of(bots);
          const { results } = await client.bots.createMany.mutate({
            bots: bots.map((bot, index) => ({ ...bot, deduplicationKey: `${key}-${index}` })),
          });
          orderKey.forget();
          setOutcome({ ...NOTHING, results: tellSent(bots, results) });
        } else await sendOne(first);
        void queryClient.invalidateQueries(trpc.bots.list.pathFilter());
      } catch (error) {
        const wrong = isMany ? {} : readFieldErrors(error);
        const isByField = Object.keys(wrong).length > 0;
        setOutcome({ wrong, problem: isByField ? null : describeProblem(error), results: null });
      } finally {
        setBusy(false);
      }
    },
    forget: () => setOutcome(NOTHING),
  };
}
