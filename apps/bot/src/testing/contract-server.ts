import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  BOT_API,
  type BotEvent,
  botEnvironmentSchema,
  claimReplySchema,
  claimRequestSchema,
  eventsReplySchema,
  eventsRequestSchema,
  heartbeatReplySchema,
  heartbeatRequestSchema,
} from "@milo/bot-contract";

const TOKEN = "token-of-the-attempt";
export const LAUNCH_KEY = "bot-abc234-7-a1";

const SCHEMAS = {
  claim: { path: BOT_API.claim, request: claimRequestSchema, reply: claimReplySchema },
  heartbeat: { path: BOT_API.heartbeat, request: heartbeatRequestSchema, reply: heartbeatReplySchema },
  events: { path: BOT_API.events, request: eventsRequestSchema, reply: eventsReplySchema },
} as const;
type CallName = keyof typeof SCHEMAS;
type Call = { name: CallName; bootId: string; events: readonly BotEvent[] };
type Answer = { status: number; body: unknown };
/** Decides on one call; undefined = milo's normal answer. */
export type Behaviour = (call: Call, nth: number) => Answer | undefined | Promise<Answer | undefined>;

type Settings = {
  meetingUrl: string;
  leaseMs?: number;
  heartbeatIntervalMs?: number;
  maxDurationMs?: number;
  behave?: Behaviour;
};

/** milo's side of the contract in a test: remembers one attempt, checks every body against the schemas. */
export async function startContractServer(settings: Settings) {
  const { leaseMs = 60_000, heartbeatIntervalMs = 100, maxDurationMs = 60_000 } = settings;
  const calls: Call[] = [];
  const problems: string[] = [];
  const watchers = new Set<() => void>();
  const seenEvents = new Map<string, BotEvent>();
  let boundBootId: string | null = null;
  let status = "DEPLOYING";
  let leave = false;

  function answer(call: Call): Answer {
    boundBootId ??= call.bootId;
    const accepted = boundBootId === call.bootId;
    if (call.name === "claim" && accepted) {
      const configuration = {
        botId: 7,
        botName: "Notes",
        meetingPlatform: "zoom",
        meetingUrl: settings.meetingUrl,
        maxDurationMs,
      };
      return { status: 200, body: { accepted, configuration, leaseMs, heartbeatIntervalMs } };
    }
    if (call.name === "claim") return refusedClaim();
    if (call.name === "heartbeat") return { status: 200, body: { accepted, leave, leaseMs } };
    for (const event of call.events) {
      if (!seenEvents.has(event.id)) status = event.status ?? status;
      seenEvents.set(event.id, event);
    }
    return { status: 200, body: { accepted, leave, status } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const name = (Object.keys(SCHEMAS) as CallName[]).find((each) => SCHEMAS[each].path === request.url);
    const parsed = name && SCHEMAS[name].request.safeParse(JSON.parse(text));
    if (!name || !parsed?.success || request.headers.authorization !== `Bearer ${TOKEN}`) {
      problems.push(`${request.method} ${request.url} ${text}`);
      response.writeHead(400).end();
      return;
    }
    const { launchKey, bootId } = parsed.data;
    if (launchKey !== LAUNCH_KEY) problems.push(`wrong launch key ${launchKey}`);
    const call: Call = { name, bootId, events: "events" in parsed.data ? (parsed.data.events as BotEvent[]) : [] };
    calls.push(call);
    const nth = calls.filter((other) => other.name === name).length;
    const reply = (await settings.behave?.(call, nth)) ?? answer(call);
    if (reply.status < 300 && !SCHEMAS[name].reply.safeParse(reply.body).success) problems.push("bad test reply");
    response.writeHead(reply.status, { "content-type": "application/json" }).end(JSON.stringify(reply.body));
    for (const watch of watchers) watch();
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    environment: botEnvironmentSchema.parse({
      MILO_URL: url,
      MILO_LAUNCH_KEY: LAUNCH_KEY,
      MILO_ATTEMPT_TOKEN: TOKEN,
    }),
    calls,
    problems,
    /** From now on every answer says leave. */
    orderLeave() {
      leave = true;
    },
    /** Statuses of the events that took effect, in order. */
    statuses: () => [...seenEvents.values()].flatMap((event) => event.status ?? []),
    event: (reported: string) => [...seenEvents.values()].find((event) => event.status === reported),
    count: (name: CallName) => calls.filter((call) => call.name === name).length,
    /** Resolves once `holds` is true after some answer. */
    async until(holds: () => boolean): Promise<void> {
      await new Promise<void>((resolve) => {
        const watch = () => {
          if (!holds()) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function refusedClaim(): Answer {
  return { status: 409, body: { accepted: false, code: "another_process", reason: "Another process claimed it." } };
}

export const UNAVAILABLE: Answer = { status: 503, body: {} };
