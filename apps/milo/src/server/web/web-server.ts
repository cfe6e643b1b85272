import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import type { Readiness } from "#server/process/check-readiness.ts";
import { type AccessDecision, type AccessPolicy, accessAllowed } from "./access.ts";
import { type ClosableServer, createClosableServer } from "./closable-server.ts";
import { toRefusal } from "./database-trouble.ts";
import { type Handler, pathOf, Refusal, sendJson, sendRefusal } from "./http-messages.ts";
import { HEALTH_PATH, METRICS_PATH, READY_PATH } from "./route-pattern.ts";
import { SIGN_IN_PATH, sendSignInPage, signIn } from "./sign-in.ts";
import type { WebMetrics } from "./web-metrics.ts";

export const API_PATH = "/api/trpc";

export type WebRoutes = {
  /** By exact path; they check attempt tokens themselves. */
  bots: ReadonlyMap<string, Handler>;
  /** Everything below API_PATH. */
  api: Handler;
  /** Everything else. */
  pages: Handler;
  /** Where protocol upgrades go that were let in (live reload). */
  upgrades?: Server;
};

export type WebServerOptions = {
  policy: AccessPolicy;
  routes: (closing: AbortSignal) => WebRoutes;
  /** One sentence that says what is wrong; null when bots can be heard. */
  checkHealth(): string | null;
  /** What is measured of it, and whether it can do its work; what looks after it asks for both. */
  operations?: { metrics: WebMetrics; readiness(): Promise<Readiness> };
  log: Logger;
};

/** The one HTTP server of the web process: decides access, then routes. `listen` starts it. */
export function createWebServer(options: WebServerOptions): ClosableServer & { listen: typeof listen } {
  const closable = createClosableServer((request, response) => answer(request, response));
  const { policy, log, checkHealth, operations } = options;
  const routes = options.routes(closable.closing);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    operations?.metrics.follow(request, response);
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("x-frame-options", "DENY");
    response.setHeader("referrer-policy", "same-origin");
    try {
      await route(request, response);
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.status === 500) log.error({ err: error, url: request.url }, "A request failed");
      if (response.headersSent) response.destroy();
      else sendRefusal(response, refusal);
    }
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (path === null) throw new Refusal(400, "The request target must be a path.");
    const bots = routes.bots.get(path);
    if (bots !== undefined) return bots(request, response);
    if (path === HEALTH_PATH) return answerHealth(response, closable.closing.aborted, checkHealth());
    if (path === READY_PATH && operations !== undefined) return answerReadiness(response, await operations.readiness());
    const { accessToken } = policy;
    if (path === SIGN_IN_PATH && request.method === "POST" && accessToken !== undefined) {
      return signIn(request, response, accessToken);
    }
    const decision = accessAllowed(request, policy);
    if (!decision.allowed) return refuse(request, response, decision);
    if (path === METRICS_PATH && operations !== undefined) return answerMetrics(response, operations.metrics);
    return isBelow(path, API_PATH) ? routes.api(request, response) : routes.pages(request, response);
  }

  closable.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const wanted = routes.upgrades?.listenerCount("upgrade") ? routes.upgrades : undefined;
    if (wanted === undefined || !accessAllowed(request, policy).allowed) socket.destroy();
    else wanted.emit("upgrade", request, socket, head);
  });

  return { ...closable, listen };
}

/** Listens and answers the address people open. Port 0 takes any free one. */
async function listen(server: Server, host: string, port: number): Promise<{ url: string; port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  const anywhere = host === "0.0.0.0" || host === "::";
  const name = anywhere ? "localhost" : host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host;
  return { url: `http://${name}:${taken}`, port: taken };
}

/** A person is shown how to sign in, a program is told. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  decision: Exclude<AccessDecision, { allowed: true }>,
): void {
  if (decision.why === "foreign") throw new Refusal(403, decision.message);
  if (isBelow(pathOf(request) ?? "", "/api") || !acceptsHtml(request)) throw new Refusal(401, decision.message);
  sendSignInPage(response, request.url ?? "/");
}

function answerHealth(response: ServerResponse, closing: boolean, problem: string | null): void {
  if (closing) sendJson(response, 503, { status: "stopping", problems: ["It is stopping."] });
  else if (problem !== null) sendJson(response, 503, { status: "failing", problem, problems: [problem] });
  else sendJson(response, 200, { status: "ok" });
}

function answerReadiness(response: ServerResponse, readiness: Readiness): void {
  if (readiness.ready) sendJson(response, 200, { status: "ready" });
  else sendJson(response, 503, { status: "not_ready", problems: readiness.problems });
}

async function answerMetrics(response: ServerResponse, metrics: WebMetrics): Promise<void> {
  const text = await metrics.render();
  response.writeHead(200, { "content-type": metrics.contentType, "cache-control": "no-store" });
  response.end(text);
}

function acceptsHtml(request: IncomingMessage): boolean {
  return request.headers.accept?.includes("text/html") === true;
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}
