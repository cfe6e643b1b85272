import type { MeetingPlatform } from "@milo/placement";

/** How the meeting of a reference bot goes; durations as in its URL: `500ms`, `20s`, `3m`, `1h`. docs/bot-contract.md */
export type Meeting = {
  join?: string;
  waiting?: string;
  call?: string;
  leave?: string;
  /** A place where something goes wrong, such as `mid-call`. */
  fail?: string;
  crash?: string;
  freeze?: string;
};

/** A bot to send. */
export type BotOrder = {
  name?: string;
  meetingPlatform?: MeetingPlatform;
  meeting?: Meeting;
  priority?: number;
  queueTimeoutMs?: number;
  [member: string]: unknown;
};

/** milo's public API, as anybody may call it. */
export type TestApi = {
  query<T>(procedure: string, input?: object): Promise<T>;
  mutate<T>(procedure: string, input: object): Promise<T>;
  /** Sends a bot to a meeting of an hour, unless `meeting` says otherwise, and answers its id. */
  sendBot(order?: BotOrder): Promise<number>;
  stopBot(botId: number): Promise<void>;
};

type Answer = { result?: { data: { json: unknown } }; error?: { json: { message: string } } };

/** A mutation waits at most 5 s for milo's decision; the rest is for a machine that is busy. */
const ANSWER_WITHIN_MS = 30_000;
const QUICK_AND_LONG: Meeting = { join: "100ms", waiting: "0s", call: "1h", leave: "50ms" };

export function createTestApi(url: string, accessToken: string | undefined): TestApi {
  const authorization: Record<string, string> =
    accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(`${url}/api/trpc/${path}`, {
      ...init,
      headers: { "content-type": "application/json", ...authorization },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = (await response.json()) as Answer;
    if (answer.result === undefined) {
      throw new Error(`milo refused ${path}: ${answer.error?.json.message ?? `HTTP ${response.status}`}`);
    }
    return answer.result.data.json as T;
  };
  const mutate = <T>(procedure: string, input: object) =>
    call<T>(procedure, { method: "POST", body: JSON.stringify({ json: input }) });
  return {
    mutate,
    query: (procedure, input = {}) =>
      call(`${procedure}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`, { method: "GET" }),
    async sendBot({ meeting, ...order } = {}) {
      const bot = { name: "Stand-up", meetingPlatform: "zoom", meetingUrl: meetingUrl(meeting), ...order };
      return (await mutate<{ botId: number }>("bots.create", bot)).botId;
    },
    stopBot: async (botId) => void (await mutate("bots.stop", { botId })),
  };
}

/** The address of a meeting that goes so. */
export function meetingUrl(meeting: Meeting = {}): string {
  return `https://meet.example/e2e?${new URLSearchParams({ ...QUICK_AND_LONG, ...meeting })}`;
}
