import { BOT_API } from "@milo/bot-contract";
import { type Logger, pino } from "pino";
import type { Database } from "#server/database/client.ts";
import { readInstallation } from "#server/database/repositories/installation.ts";
import { createBotRoutes } from "../bot-routes.ts";
import { type Handler, sendJson } from "../http-messages.ts";
import { createWebServer, type WebRoutes, type WebServerOptions } from "../web-server.ts";

export type TestWeb = AsyncDisposable & {
  url: string;
  close(withinMs: number): Promise<void>;
  call(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: unknown }>;
};

const silent: Logger = pino({ level: "silent" });

/** A web server of the test's own on a free port; what a test does not name answers `{ served: <what> }`. */
export async function startTestWeb(
  options: {
    accessToken?: string;
    routes?: (closing: AbortSignal) => Partial<WebRoutes>;
    problem?: () => string | null;
    operations?: WebServerOptions["operations"];
    log?: Logger;
  } = {},
): Promise<TestWeb> {
  const serve = (served: string): Handler => {
    return (_request, response) => sendJson(response, 200, { served });
  };
  const web = createWebServer({
    policy: { accessToken: options.accessToken },
    log: options.log ?? silent,
    checkHealth: options.problem ?? (() => null),
    ...(options.operations === undefined ? {} : { operations: options.operations }),
    routes: (closing) => ({
      bots: new Map(Object.values(BOT_API).map((path) => [path, serve("bots")])),
      api: serve("api"),
      pages: serve("pages"),
      ...options.routes?.(closing),
    }),
  });
  const { url } = await web.listen(web.server, "127.0.0.1", 0);
  return {
    url,
    close: web.close,
    async call(path, init) {
      const response = await fetch(url + path, { redirect: "manual", ...init });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: parseJson(text) };
    },
    [Symbol.asyncDispose]: () => web.close(0),
  };
}

export const TEST_TIMES = { claimLeaseMs: 60_000, heartbeatIntervalMs: 10_000, maxDurationMs: 3_600_000 };

/** The bots' routes on a database. */
export async function testBotRoutes(database: Database, log: Logger = silent): Promise<WebRoutes["bots"]> {
  const installation = await readInstallation(database.sql);
  return createBotRoutes({ sql: database.sql, installation, ...TEST_TIMES, replacePolicy: "infrastructure", log });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
