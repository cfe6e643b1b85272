import {
  type Attempt,
  BOT_API,
  type BotEnvironment,
  type BotEvent,
  type ClaimReply,
  claimReplySchema,
  type EventsReply,
  eventsReplySchema,
  type HeartbeatReply,
  heartbeatReplySchema,
} from "@milo/bot-contract";
import type { Effects } from "./effects/effects.ts";

/** A call that takes longer is given up and tried again; one heartbeat interval, so that beats never pile up. */
const CALL_TIMEOUT_MS = 10_000;

/**
 * What came of one call. `rejected`: milo will never take this request as it is (400, 413, 422).
 * `unauthorized`: it does not know the token (401, 403), which a new roll-out of milo may cure.
 * `unavailable`: no answer, or one that is not milo's (a proxy's 404, a 5xx, a page of HTML).
 */
export type CallOutcome<Reply> =
  | { kind: "answered"; reply: Reply; sentAtMs: number }
  | { kind: "rejected"; reason: string }
  | { kind: "unauthorized"; reason: string }
  | { kind: "unavailable"; reason: string };

export type MiloClient = {
  claim(): Promise<CallOutcome<ClaimReply>>;
  heartbeat(): Promise<CallOutcome<HeartbeatReply>>;
  sendEvents(events: readonly BotEvent[]): Promise<CallOutcome<EventsReply>>;
};

type Schema<Reply> = { safeParse(value: unknown): { success: true; data: Reply } | { success: false } };

const REJECTIONS: ReadonlySet<number> = new Set([400, 413, 422]);
const UNAUTHORIZED: ReadonlySet<number> = new Set([401, 403]);
const ANSWERS: ReadonlySet<number> = new Set([200, 409]);

/** One try per call; trying again is the caller's business. `sentAtMs` is monotonic, taken before the send. */
export function createMiloClient(environment: BotEnvironment, bootId: string, effects: Effects): MiloClient {
  const attempt: Attempt = { launchKey: environment.MILO_LAUNCH_KEY, bootId };
  const headers = {
    authorization: `Bearer ${environment.MILO_ATTEMPT_TOKEN}`,
    "content-type": "application/json",
  };

  async function call<Reply>(path: string, body: object, schema: Schema<Reply>): Promise<CallOutcome<Reply>> {
    const sentAtMs = effects.clock.monotonicMs();
    const timeout = new AbortController();
    const answered = new AbortController();
    void effects.clock.sleep(CALL_TIMEOUT_MS, answered.signal).then(() => timeout.abort());
    try {
      const response = await effects.fetch(environment.MILO_URL + path, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
        signal: timeout.signal,
        redirect: "error",
      });
      return interpret(response.status, await response.text(), schema, sentAtMs);
    } catch (error) {
      return { kind: "unavailable", reason: describeError(error) };
    } finally {
      answered.abort();
    }
  }

  return {
    claim: () => call(BOT_API.claim, attempt, claimReplySchema),
    heartbeat: () => call(BOT_API.heartbeat, attempt, heartbeatReplySchema),
    sendEvents: (events) => call(BOT_API.events, { ...attempt, events }, eventsReplySchema),
  };
}

function interpret<Reply>(status: number, text: string, schema: Schema<Reply>, sentAtMs: number): CallOutcome<Reply> {
  if (REJECTIONS.has(status)) return { kind: "rejected", reason: `milo answered ${status}` };
  if (UNAUTHORIZED.has(status)) return { kind: "unauthorized", reason: `milo answered ${status}` };
  if (!ANSWERS.has(status)) return { kind: "unavailable", reason: `milo answered ${status}` };
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) return { kind: "unavailable", reason: `milo's answer ${status} is not of the bot contract` };
  return { kind: "answered", reply: parsed.data, sentAtMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch wraps the reason ("ECONNREFUSED") into a cause. */
function describeError(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
