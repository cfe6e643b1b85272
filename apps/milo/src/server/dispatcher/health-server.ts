import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import type { LoopPulse } from "./loop.ts";
import type { Metrics } from "./metrics.ts";

export type HealthServer = { url: string; close(): Promise<void> };

export type HealthServerOptions = {
  host: string;
  port: number;
  pulses(): readonly LoopPulse[];
  metrics: Metrics;
  /** The clock of the pulses. */
  monotonicMs(): number;
  log: Logger;
};

/** Serves /healthz for an orchestrator and /metrics for Prometheus. Resolves when it listens. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, port, log } = options;
  const server = createServer((request, response) => {
    const path = request.url?.split("?", 1)[0];
    if (path === "/healthz") return answerHealth(response, silentLoops(options.pulses(), options.monotonicMs()));
    if (path === "/metrics") {
      answerMetrics(response, options.metrics).catch((error) => {
        log.warn({ err: error }, "Metrics could not be collected");
        send(response, 503, "text/plain; charset=utf-8", "The metrics could not be collected.\n");
      });
      return;
    }
    send(response, 404, "text/plain; charset=utf-8", "There are /healthz and /metrics here.\n");
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
  const body = silent.length === 0 ? { status: "ok" } : { status: "failing", loops: silent.map((loop) => loop.name) };
  send(response, silent.length === 0 ? 200 : 503, "application/json; charset=utf-8", `${JSON.stringify(body)}\n`);
}

async function answerMetrics(response: ServerResponse, metrics: Metrics): Promise<void> {
  send(response, 200, metrics.contentType, await metrics.render());
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" });
  response.end(body);
}
