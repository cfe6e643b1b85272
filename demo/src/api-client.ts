import type { MeetingPlatform } from "@milo/placement";

/** What a bot is asked to do. Waits are milliseconds. */
export type BotOrder = {
  name: string;
  meetingPlatform: MeetingPlatform;
  meetingUrl: string;
  priority?: number;
  queueTimeoutMs?: number;
};

/** A bot that waits, where it stands in line, and why it waits. */
export type WaitingBot = { botId: number; position: number; reason: string };

/** milo's public API, over HTTP as anybody may call it. */
export type MiloApi = {
  /** Answers the new bot's id once milo has decided where it goes or that it waits. */
  createBot(order: BotOrder): Promise<number>;
  stopBot(botId: number): Promise<void>;
  getQueuedBots(): Promise<WaitingBot[]>;
};

type Answer = { result?: { data: { json: unknown } }; error?: { json: { message: string } } };

/** A mutation waits at most 5 s for milo's decision; the rest is for a machine that is busy. */
const ANSWER_WITHIN_MS = 30_000;

export function createApi(url: string): MiloApi {
  const call = async (procedure: string, init: RequestInit): Promise<unknown> => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(`${url}/api/trpc/${procedure}`, { ...init, signal });
    const answer = (await response.json()) as Answer;
    if (answer.result === undefined) {
      throw new Error(`milo refused ${procedure}: ${answer.error?.json.message ?? `HTTP ${response.status}`}`);
    }
    return answer.result.data.json;
  };
  const mutate = (procedure: string, input: object) =>
    call(procedure, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ json: input }),
    });
  return {
    createBot: async (order) => ((await mutate("bots.create", order)) as { botId: number }).botId,
    stopBot: async (botId) => void (await mutate("bots.stop", { botId })),
    getQueuedBots: async () => (await call("infrastructure.getQueuedBots", {})) as WaitingBot[],
  };
}
