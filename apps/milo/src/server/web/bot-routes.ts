import type { IncomingMessage } from "node:http";
import { BOT_API, claimRequestSchema, eventsRequestSchema, heartbeatRequestSchema } from "@milo/bot-contract";
import type { DeploymentPlatform, ReplacePolicy } from "@milo/placement";
import type { Logger } from "pino";
import type { z } from "zod";
import type { Sql } from "#server/database/client.ts";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { type Installation, isAttemptToken } from "#server/database/repositories/installation.ts";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { withRetry } from "#server/database/retry.ts";
import { tellDecision, tellFate } from "#server/logging/decisions.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import { type BotCallTracing, UNTRACED } from "#server/tracing/trace-bot-calls.ts";
import { toRefusal, withinTime } from "./database-trouble.ts";
import { bearerToken, type Handler, Refusal, readBody, sendJson, sendRefusal } from "./http-messages.ts";
import type { WebMetrics } from "./web-metrics.ts";

export type BotRoutesOptions = {
  sql: Sql;
  installation: Installation;
  /** Granted by each accepted claim and heartbeat, milliseconds. */
  claimLeaseMs: number;
  heartbeatIntervalMs: number;
  /** For a bot whose request named none, milliseconds. */
  maxDurationMs: number;
  /** Which bots are replaced when their container is lost. */
  replacePolicy: ReplacePolicy;
  /** Hears of what bots say, for who counts it. */
  metrics?: Pick<WebMetrics, "claimed" | "reported">;
  /** Given while traces are on. Heartbeats are not traced: six a minute, they would bury the rest. */
  tracing?: BotCallTracing;
  log: Logger;
};

/** A hundred events with the longest texts stay well below it. */
const MAX_BODY_BYTES = 256 * 1024;
/** Half of the 10 s a bot waits for an answer: a database that needs longer is called away, and the bot told so. */
const ANSWER_WITHIN_MS = 5_000;

type Answer = { status: number; body: unknown };
type Route = (input: unknown, token: string | undefined) => Promise<Answer>;

/**
 * What bots call: plain HTTP and JSON, authorised by the attempt's own token and by nothing else. 400 and 413 mean
 * that this request can never succeed, 401 that the token is not the attempt's (or that there is no such attempt),
 * 503 that it may be sent again.
 */
export function createBotRoutes(options: BotRoutesOptions): ReadonlyMap<string, Handler> {
  const { sql, claimLeaseMs, heartbeatIntervalMs, maxDurationMs, replacePolicy, tracing = UNTRACED } = options;

  const claim = authorized(options, claimRequestSchema, (attempt) => {
    const onFirst = (platform: DeploymentPlatform, afterSeconds: number) => {
      options.metrics?.claimed(platform, afterSeconds);
      const why = `its process ${attempt.bootId} is the first to claim it, ${afterSeconds.toFixed(1)} s after its slot`;
      tellDecision(options.log, "claimed", { platform, launchKey: attempt.launchKey, why });
    };
    return tracing({ route: BOT_API.claim, launchKey: attempt.launchKey }, async () => {
      const result = await claimAttempt(sql, { ...attempt, maxDurationMs }, onFirst);
      if (result === null) throw unknownAttempt();
      if (!result.accepted) {
        const why = `${result.reason} The process ${attempt.bootId} may not join (${result.code})`;
        tellDecision(options.log, "claim_refused", { platform: result.platform, launchKey: attempt.launchKey, why });
        return { status: 409, body: { accepted: false, code: result.code, reason: result.reason } };
      }
      return { status: 200, body: { ...result, leaseMs: claimLeaseMs, heartbeatIntervalMs } };
    });
  });

  const heartbeat = authorized(options, heartbeatRequestSchema, async (attempt) => {
    const { unknown, ...result } = await recordHeartbeat(sql, attempt);
    return { status: 200, body: { ...result, leaseMs: result.accepted && !unknown ? claimLeaseMs : 0 } };
  });

  const events = authorized(options, eventsRequestSchema, async (report) => {
    // What a bot says may quote the address it tried to open.
    const masked = report.events.map((e) => (e.message === undefined ? e : { ...e, message: maskUrls(e.message) }));
    return tracing({ route: BOT_API.events, launchKey: report.launchKey }, async () => {
      const reply = await reportEvents(sql, { ...report, events: masked }, replacePolicy, (fate) =>
        tellFate(options.log, fate, { launchKey: report.launchKey }),
      );
      if (reply.accepted) options.metrics?.reported(report.events);
      return { status: 200, body: reply };
    });
  });

  return new Map<string, Handler>([
    [BOT_API.claim, handle(claim, options.log)],
    [BOT_API.heartbeat, handle(heartbeat, options.log)],
    [BOT_API.events, handle(events, options.log)],
  ]);
}

/** Checks the body's form and its attempt's token; then does the work, which must be safe to repeat. */
function authorized<Schema extends z.ZodType<{ launchKey: string; bootId: string }>>(
  { installation }: BotRoutesOptions,
  schema: Schema,
  work: (input: z.output<Schema>) => Promise<Answer>,
): Route {
  return async (input, token) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
      throw new Refusal(400, "The body is not what the bot contract asks for.", { issues });
    }
    if (token === undefined || !isAttemptToken(installation, parsed.data.launchKey, token)) throw unknownAttempt();
    return withRetry(() => work(parsed.data));
  };
}

function handle(route: Route, log: Logger): Handler {
  return async (request, response) => {
    try {
      if (request.method !== "POST") throw new Refusal(405, "Use POST.", { headers: { allow: "POST" } });
      const input = parseJson(await readBody(request, MAX_BODY_BYTES));
      const token = bearerToken(request.headers.authorization);
      const { status, body } = await withinTime(route(input, token), ANSWER_WITHIN_MS);
      sendJson(response, status, body);
    } catch (error) {
      if (isAbortedByCaller(request)) return;
      const refusal = toRefusal(error);
      if (refusal.status >= 500) log.error({ err: error, path: request.url }, "A bot's call failed");
      else log.debug({ path: request.url, status: refusal.status }, refusal.message);
      sendRefusal(response, refusal);
    }
  };
}

/** The same answer whether the attempt or its token is unknown: nobody learns which launch keys exist. */
function unknownAttempt(): Refusal {
  return new Refusal(401, "The attempt token is missing or is not this attempt's.", {
    headers: { "www-authenticate": "Bearer" },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "The body is not JSON.");
  }
}

function isAbortedByCaller(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete;
}
