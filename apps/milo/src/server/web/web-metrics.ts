import type { IncomingMessage, ServerResponse } from "node:http";
import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { createInstruments } from "#server/metrics/instruments.ts";
import { timeDatabase } from "#server/metrics/time-database.ts";
import { isStream } from "./closable-server.ts";
import { pathOf } from "./http-messages.ts";
import { routePattern, routePatterns } from "./route-pattern.ts";

export type WebMetrics = {
  contentType: string;
  render(): Promise<string>;
  /** Follows one request to its end. */
  follow(request: IncomingMessage, response: ServerResponse): void;
  /** A bot's process has claimed its attempt, so long after it was given its slot. */
  claimed(platform: DeploymentPlatform, afterSeconds: number): void;
  /** What a bot has reported of itself, and was taken. */
  reported(events: readonly { status?: string | undefined }[]): void;
};

/** What Prometheus reads of a web process: what this process has done, and nothing that is counted from rows. */
export function createWebMetrics(options: { sql: Sql; procedures: readonly string[] }): WebMetrics {
  const patterns = routePatterns(options.procedures);
  const known = new Set(patterns);
  const instruments = createInstruments("web", patterns);
  const open = new Set<ServerResponse>();
  return {
    contentType: instruments.contentType,
    async render() {
      await timeDatabase(instruments, options.sql);
      instruments.set("milo_stream_viewers", {}, [...open].filter(isStream).length);
      return instruments.text();
    },
    follow(request, response) {
      const beganMs = performance.now();
      open.add(response);
      response.once("close", () => {
        open.delete(response);
        if (isStream(response)) return;
        const route = routePattern(pathOf(request), known);
        const answer = `${Math.floor(response.statusCode / 100)}xx`;
        const labels = { route, method: request.method ?? "", answer };
        instruments.observe("milo_http_request_duration_seconds", labels, (performance.now() - beganMs) / 1_000);
      });
    },
    claimed: (platform, afterSeconds) => {
      instruments.observe("milo_admit_to_running_seconds", { platform }, afterSeconds);
    },
    reported: (events) => {
      for (const { status = "none" } of events) instruments.add("milo_bot_events_total", { status });
    },
  };
}
