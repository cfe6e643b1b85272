import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  trace,
} from "@opentelemetry/api";
import { ATTR_ERROR_TYPE } from "@opentelemetry/semantic-conventions";
import { hideSecrets } from "#server/logging/known-secrets.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";

/*
 * Spans through OpenTelemetry's API alone: without an SDK, which `startTracing` loads only when traces are wanted, all of
 * this does nothing. https://opentelemetry.io/docs/specs/otel/trace/api/
 */

export type SpanOptions = {
  kind?: "server" | "client";
  attributes?: Attributes;
  /** What it is a part of; the active span's, when not given. */
  parent?: Context;
};

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;
const tracer = trace.getTracer("milo");

/** Does the work in a span, which ends with it; when the work throws the span says so. */
export function withSpan<Result>(
  name: string,
  { kind, attributes, parent }: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  const options = { kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind], attributes };
  return tracer.startActiveSpan(name, options, parent ?? context.active(), async (span) => {
    try {
      return await work(span);
    } catch (error) {
      failSpan(span, error instanceof Error ? error.name : "Error", error instanceof Error ? error.message : "");
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Tells of something that is over. */
export function addSpan(
  name: string,
  { attributes, parent, from, to }: Omit<SpanOptions, "kind"> & { from: TimeInput; to: TimeInput },
): void {
  tracer.startSpan(name, { attributes, startTime: from }, parent).end(to);
}

/** A text from outside as a collector may have it: without known secrets and what follows the path of addresses. */
export function traceableText(text: string): string {
  return maskUrls(hideSecrets(text));
}

/** Marks a span as failed. */
export function failSpan(span: Span, errorType: string, reason: string): void {
  span.setAttribute(ATTR_ERROR_TYPE, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR, message: traceableText(reason) });
}

/** The span that the running work is a part of, when there is one that is told. */
export function activeSpan(): Span | null {
  const span = trace.getActiveSpan();
  return span?.isRecording() ? span : null;
}

/** The active span as the W3C's `traceparent` has it, to be stored; null while traces are off. */
export function activeTraceParent(): string | null {
  const active = trace.getSpanContext(context.active());
  if (active === undefined || !isSpanContextValid(active)) return null;
  return `00-${active.traceId}-${active.spanId}-${(active.traceFlags & 1).toString().padStart(2, "0")}`;
}

/** A stored `traceparent` as what new spans may be parts of. */
export function contextOf(traceParent: string | null): Context {
  if (traceParent === null) return ROOT_CONTEXT;
  return propagation.extract(ROOT_CONTEXT, { traceparent: traceParent });
}

/** Answers a request as a part of the trace that its caller names. */
export function withCallerTrace<Result>(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  work: () => Result,
): Result {
  return context.with(propagation.extract(ROOT_CONTEXT, headers), work);
}
