import { z } from "zod";
import { type ConfigReading, readShape } from "./read-shape.ts";
import { httpAddressText, pairsText, variableRegistry } from "./variable.ts";

const BOTH = ["web", "dispatcher"] as const;
const SHARE = "must be a number from 0 to 1";

/** Traces, by the names that OpenTelemetry has for them. */
export const TRACING_SHAPE = {
  OTEL_EXPORTER_OTLP_ENDPOINT: httpAddressText().optional().register(variableRegistry, {
    meaning:
      "Where traces are sent by OTLP over HTTP, as JSON, to `/v1/traces` below it. Unset: there are no traces, and nothing of them is loaded.",
    example: "http://otel-collector.observability:4318",
    processes: BOTH,
  }),
  OTEL_EXPORTER_OTLP_HEADERS: pairsText().optional().register(variableRegistry, {
    meaning: "Headers that go with each of these requests, as `name=value` pairs separated by commas.",
    example: "api-key=2f9d",
    processes: BOTH,
    secret: true,
  }),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0|1|0?\.\d+|[01]\.0+)$/, SHARE)
    .transform(Number)
    .default(1)
    .register(variableRegistry, {
      meaning:
        "The share of requests that are traced, from 0 to 1. A caller's own decision, which its `traceparent` tells, goes first.",
      example: "0.1",
      processes: BOTH,
    }),
  OTEL_RESOURCE_ATTRIBUTES: pairsText().optional().register(variableRegistry, {
    meaning: "What every span says of where it comes from, as `name=value` pairs separated by commas.",
    example: "deployment.environment.name=production",
    processes: BOTH,
  }),
};

/** Where traces go, and which. */
export type TracingConfig = {
  /** Without a trailing slash. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  /** From 0 to 1. */
  share: number;
  attributes: Readonly<Record<string, string>>;
};

/** Null when traces are off. */
export function readTracing(reading: ConfigReading): TracingConfig | null {
  const values = readShape(TRACING_SHAPE, reading);
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = values;
  if (endpoint === undefined) return null;
  const { OTEL_TRACES_SAMPLER_ARG: share = 1, OTEL_RESOURCE_ATTRIBUTES: attributes = {} } = values;
  return { endpoint, headers, share, attributes };
}
