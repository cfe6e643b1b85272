import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
} from "@opentelemetry/semantic-conventions";
import type { Sql } from "#server/database/client.ts";
import { attemptAttributes } from "./attempt-attributes.ts";
import { readTraceLink } from "./trace-links.ts";
import { contextOf, failSpan, withSpan } from "./tracer.ts";

/** Tells a bot's call, once its token was found right, as a part of its bot's trace. */
export type BotCallTracing = <Result extends { status: number }>(
  call: { route: string; launchKey: string },
  work: () => Promise<Result>,
) => Promise<Result>;

/** Without traces: the work alone. */
export const UNTRACED: BotCallTracing = (_, work) => work();

/** A span for each call. A failing look at which trace it is in fails nothing. */
export function createBotCallTracing(sql: Sql): BotCallTracing {
  return async ({ route, launchKey }, work) => {
    const link = await readTraceLink(sql, { launchKey }).catch(() => null);
    if (link === null || link.traceParent === null) return work();
    const attributes = {
      ...attemptAttributes(link),
      [ATTR_HTTP_REQUEST_METHOD]: "POST",
      [ATTR_HTTP_ROUTE]: route,
    };
    return withSpan(
      `POST ${route}`,
      { kind: "server", parent: contextOf(link.traceParent), attributes },
      async (span) => {
        const answer = await work();
        span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, answer.status);
        if (answer.status >= 500) failSpan(span, String(answer.status), "");
        return answer;
      },
    );
  };
}
