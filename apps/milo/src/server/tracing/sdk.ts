import { setTimeout as delay } from "node:timers/promises";
import { context, DiagLogLevel, diag, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
} from "@opentelemetry/semantic-conventions";
import type { Logger } from "pino";
import { maskUrls } from "#server/logging/mask-urls.ts";
import type { TracingConfig } from "../../config/tracing-variables.ts";
import type { RunningTracing } from "./start-tracing.ts";

/** Spans that wait for a collector which does not answer; what comes on top is dropped, so that memory is bounded. */
const MOST_WAITING = 2_048;
const SEND_EVERY_MS = 2_000;
/** A collector that is away is told of once in this time, not with every try. */
const TROUBLE_EVERY_MS = 60_000;
/** Web has 4.5 s to stop in all. */
const STOP_WITHIN_MS = 1_000;

/** Loads what makes traces, and registers it with the API: from then on spans are told. */
export function startSdk(
  config: TracingConfig,
  service: { name: string; instanceId: string },
  log: Logger,
): RunningTracing {
  diag.setLogger(createTroubleLog(log), DiagLogLevel.ERROR);
  const exporter = new OTLPTraceExporter({ url: `${config.endpoint}/v1/traces`, headers: { ...config.headers } });
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        ...config.attributes,
        [ATTR_SERVICE_NAME]: service.name,
        [ATTR_SERVICE_NAMESPACE]: "milo",
        [ATTR_SERVICE_INSTANCE_ID]: service.instanceId,
      }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.share) }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize: MOST_WAITING, scheduledDelayMillis: SEND_EVERY_MS }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    async stop() {
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        delay(STOP_WITHIN_MS, undefined, { ref: false }),
      ]);
    },
  };
}

/** What the SDK has to complain of: a collector that cannot be reached hurts nobody, but is worth a line. */
function createTroubleLog(log: Logger) {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const nothing = () => undefined;
  return {
    error(message: string) {
      if (performance.now() - toldAtMs < TROUBLE_EVERY_MS) return;
      toldAtMs = performance.now();
      log.warn({ detail: maskUrls(String(message)).slice(0, 500) }, "Traces are lost: they cannot be sent");
    },
    warn: nothing,
    info: nothing,
    debug: nothing,
    verbose: nothing,
  };
}
