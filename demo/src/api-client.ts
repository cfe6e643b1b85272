import type { MeetingPlatform } from "@milo/placement";

/** What a bot is asked to do. Waits are milliseconds. */
export type BotOrder = {
  name: string;
  meetingPlatform: MeetingPlatform;
  meetingUrl: string;
  priority?: number;
  queueTimeoutMs?: number;
};

/** milo's public API, over HTTP as anybody may call it. */
export type MiloApi = {
  /** Answers the new bot's id. */
  createBot(order: BotOrder): Promise<number>;
  stopBot(botId: number): Promise<void>;
};

type Answer = { result?: { data: { json: unknown } }; error?: { json: { message: string } } };

/** A mutation waits at most 5 s for milo's decision; the rest is for a machine that is busy. */
const ANSWER_WITHIN_MS = 30_000;

export function createApi(url: string): MiloApi {
  const mutate = async (procedure: string, input: object): Promise<unknown> => {
    const response = await fetch(`${url}/api/trpc/${procedure}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ json: input }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = (await response.json()) as Answer;
    if (answer.result === undefined) {
      throw new Error(`milo refused ${procedure}: ${answer.error?.json.message ?? `HTTP ${response.status}`}`);
    }
    return answer.result.data.json;
  };
  return {
    createBot: async (order) => ((await mutate("bots.create", order)) as { botId: number }).botId,
    stopBot: async (botId) => void (await mutate("bots.stop", { botId })),
  };
}
