import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as it was received. Times in milliseconds since the epoch. */
export type ReceivedSpan = {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  /** SpanKind of the protocol: 1 internal, 2 server, 3 client. */
  kind: number;
  startMs: number;
  endMs: number;
  failed: boolean;
  attributes: Readonly<Record<string, unknown>>;
  events: readonly { name: string; attributes: Readonly<Record<string, unknown>> }[];
};

type KeyValues = { key: string; value: Record<string, unknown> }[];
type OtlpSpan = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
  attributes?: KeyValues;
  events?: { name: string; attributes?: KeyValues }[];
};
type Export = {
  resourceSpans: { resource: { attributes: KeyValues }; scopeSpans: { spans: OtlpSpan[] }[] }[];
};

const ERROR = 2;

/**
 * A collector: takes traces by OTLP over HTTP as JSON, as the protocol has it
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request), and refuses anything else with 400.
 */
export async function startOtlpReceiver() {
  const spans: ReceivedSpan[] = [];
  const refused: string[] = [];
  const texts: string[] = [];
  const headers: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const what = `${request.method} ${request.url} ${request.headers["content-type"]}`;
    if (what !== "POST /v1/traces application/json") {
      refused.push(what);
      response.writeHead(400).end();
      return;
    }
    headers.push(request.headers);
    texts.push(text);
    spans.push(...readSpans(JSON.parse(text) as Export));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    refused,
    /** The bodies as they came. */
    texts,
    headers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readSpans({ resourceSpans }: Export): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service: String(readAttributes(resource.attributes)["service.name"]),
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? "",
        kind: span.kind,
        startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
        endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
        failed: span.status?.code === ERROR,
        attributes: readAttributes(span.attributes),
        events: (span.events ?? []).map((event) => ({
          name: event.name,
          attributes: readAttributes(event.attributes),
        })),
      })),
    ),
  );
}

function readAttributes(pairs: KeyValues = []): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}
