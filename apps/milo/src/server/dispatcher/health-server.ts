import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import type { Readiness } from "#server/process/check-readiness.ts";
import type { LoopPulse } from "./loop.ts";
import type { Metrics } from "./metrics.ts";

const JSON_TYPE = "application/json; charset=utf-8";

export type HealthServer = { url: string; close(): Promise<void> };

export type HealthServerOptions = {
  host: string;
  port: number;
  pulses(): readonly LoopPulse[];
  metrics: Pick<Metrics, "contentType" | "render">;
  /** Whether it can do its work, for /readyz. */
  readiness(): Promise<Readiness>;
  /** The clock of the pulses. */
  monotonicMs(): number;
  log: Logger;
};

/** Serves /healthz and /readyz for an orchestrator and /metrics for Prometheus. Resolves when it listens. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, port, log } = options;
  const server = createServer((request, response) => {
    const path = request.url?.split("?", 1)[0];
    if (path === "/healthz") return answerHealth(response, silentLoops(options.pulses(), options.monotonicMs()));
    if (path === "/readyz") {
      options.readiness().then(
        (readiness) => answerReadiness(response, readiness),
        (error) => answerReadiness(response, { ready: false, problems: [String(error)] }),
      );
      return;
    }
    if (path === "/metrics") {
      answerMetrics(response, options.metrics).catch((error) => {
        log.warn({ err: error }, "Metrics could not be collected");
        send(response, 503, "text/plain; charset=utf-8", "The metrics could not be collected.\n");
      });
      return;
    }
    send(response, 404, "text/plain; charset=utf-8", "There are /healthz, /readyz and /metrics here.\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The loops that have not finished a turn for longer than they may be silent. */
export function silentLoops(pulses: readonly LoopPulse[], nowMs: number): LoopPulse[] {
  return pulses.filter((pulse) => nowMs - pulse.lastTurnMs > pulse.maxSilenceMs);
}

function answerHealth(response: ServerResponse, silent: readonly LoopPulse[]): void {
  const problems = silent.map((loop) => `The loop "${loop.name}" has not finished a turn for too long.`);
  const loops = silent.map((loop) => loop.name);
  const body = problems.length === 0 ? { status: "ok" } : { status: "failing", problems, loops };
  send(response, problems.length === 0 ? 200 : 503, JSON_TYPE, `${JSON.stringify(body)}\n`);
}

function answerReadiness(response: ServerResponse, readiness: Readiness): void {
  const body = readiness.ready ? { status: "ready" } : { status: "not_ready", problems: readiness.problems };
  send(response, readiness.ready ? 200 : 503, JSON_TYPE, `${JSON.stringify(body)}\n`);
}

async function answerMetrics(response: ServerResponse, metrics: HealthServerOptions["metrics"]): Promise<void> {
  send(response, 200, metrics.contentType, await metrics.render());
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" });
  response.end(body);
}
