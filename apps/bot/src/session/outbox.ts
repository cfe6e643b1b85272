import type { BotEvent, EventsReply } from "@milo/bot-contract";
import { backoffMs } from "../effects/backoff.ts";
import type { Effects } from "../effects/effects.ts";
import type { MiloClient } from "../milo-client.ts";

/** The contract's bound on one request. */
const BATCH_SIZE = 100;

/** What milo answered to the request that carried an event; `null` when milo rejected the event for good. */
export type Delivery = EventsReply | null;

type Pending = { event: BotEvent; deliver(delivery: Delivery): void };

export type Outbox = {
  /**
   * Sends the event after all earlier ones, again and again until it is answered; sending an event a second time
   * is harmless. Resolves with the answer and never rejects.
   */
  send(event: BotEvent): Promise<Delivery>;
};

/** @param onAnswer sees every answer, before the events it answers are delivered */
export function createOutbox(client: MiloClient, effects: Effects, onAnswer: (reply: EventsReply) => void): Outbox {
  const pending: Pending[] = [];
  let batchSize = BATCH_SIZE;
  let pumping = false;

  /** An event that milo will never take must not hold back the ones behind it: it is found alone, and dropped. */
  function handleRejection(batch: readonly Pending[], reason: string): void {
    const [culprit] = batch;
    if (batch.length > 1 || culprit === undefined) {
      batchSize = 1;
      return;
    }
    effects.log("error", "milo rejected an event", { reason, code: culprit.event.code });
    pending.shift();
    culprit.deliver(null);
  }

  function handleAnswer(batch: readonly Pending[], reply: EventsReply): void {
    pending.splice(0, batch.length);
    batchSize = BATCH_SIZE;
    onAnswer(reply);
    for (const { deliver } of batch) deliver(reply);
  }

  async function pump(): Promise<void> {
    let failures = 0;
    // What is handed over in one breath goes in one request.
    await Promise.resolve();
    while (pending.length > 0) {
      const batch = pending.slice(0, batchSize);
      const outcome = await client.sendEvents(batch.map(({ event }) => event));
      if (outcome.kind === "answered") {
        failures = 0;
        handleAnswer(batch, outcome.reply);
      } else if (outcome.kind === "rejected") {
        handleRejection(batch, outcome.reason);
      } else {
        failures += 1;
        effects.log("warn", "events were not answered", { reason: outcome.reason, waiting: pending.length });
        await effects.clock.sleep(backoffMs(failures, effects.random()));
      }
    }
    pumping = false;
  }

  return {
    send(event) {
      const delivered = new Promise<Delivery>((deliver) => pending.push({ event, deliver }));
      if (!pumping) {
        pumping = true;
        void pump();
      }
      return delivered;
    },
  };
}
