import { setTimeout as delay } from "node:timers/promises";
import type { Page, Request } from "playwright-core";

/** A request that a page made: `GET /api/trpc/bots.list`. */
export type SeenRequest = {
  method: string;
  path: string;
  /** With its query. */
  url: string;
  /** Milliseconds after the recording began. */
  atMs: number;
  /** `document`, `fetch`, `eventsource`, `script`, … */
  kind: string;
};

/** Records what a page asks for, until `stop`, which answers all of it. */
export function recordRequests(page: Page): { requests: SeenRequest[]; stop(): SeenRequest[] } {
  const startedMs = performance.now();
  const requests: SeenRequest[] = [];
  const see = (request: Request) => {
    const { pathname, search } = new URL(request.url());
    const atMs = Math.round(performance.now() - startedMs);
    requests.push({
      method: request.method(),
      path: pathname,
      url: pathname + search,
      atMs,
      kind: request.resourceType(),
    });
  };
  page.on("request", see);
  return {
    requests,
    stop() {
      page.off("request", see);
      return requests;
    },
  };
}

/**
 * What a page asks for while nothing happens: that it does not ask can be seen in no other way than by waiting. For a
 * page that is to be quiet, expect `[]`.
 */
export async function requestsDuring(page: Page, spanMs: number): Promise<SeenRequest[]> {
  const recording = recordRequests(page);
  await delay(spanMs);
  return recording.stop();
}
