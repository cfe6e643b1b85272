import { ATTR_RPC_METHOD, ATTR_RPC_SYSTEM_NAME } from "@opentelemetry/semantic-conventions";
import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { z } from "zod";
import { isContention, isRepeatable } from "#server/database/retry.ts";
import { docsOfApiError } from "#server/logging/api-errors.ts";
import { failSpan, withSpan } from "#server/tracing/tracer.ts";
import { ServiceError, type ServiceErrorCode } from "./services/errors.ts";
import type { Services } from "./services/index.ts";

/** What every procedure is given. Access was decided before the router. */
export type ApiContext = { services: Services };

const PING_EVERY_MS = 2_000;

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  sse: {
    // Often enough for every proxy between, and for a viewer to know soon that its connection is gone.
    ping: { enabled: true, intervalMs: PING_EVERY_MS },
    client: { reconnectAfterInactivityMs: 2.5 * PING_EVERY_MS },
  },
  errorFormatter({ shape, error }) {
    const { cause } = error;
    const data = { ...shape.data, docs: docsOfApiError(error.code, shape.data.httpStatus) };
    if (!(cause instanceof z.ZodError)) return { ...shape, data };
    // What is wrong with the input, in words rather than as a JSON text inside a message.
    return { ...shape, message: z.prettifyError(cause), data: { ...data, zodError: z.flattenError(cause) } };
  },
});

export const createRouter = t.router;
export const createCallerFactory = t.createCallerFactory;

const TRPC_CODES = {
  NOT_FOUND: "NOT_FOUND",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  BAD_INPUT: "BAD_REQUEST",
  CONFLICT: "CONFLICT",
} as const satisfies Record<ServiceErrorCode, TRPCError["code"]>;

/** A failure as its caller is told of it. */
export function toCallerError(failure: unknown): TRPCError {
  const cause = failure instanceof TRPCError ? failure.cause : failure;
  if (cause instanceof ServiceError) {
    return new TRPCError({ code: TRPC_CODES[cause.code], message: cause.message, cause });
  }
  if (isRepeatable(cause) || isContention(cause)) {
    const message = "The database cannot answer just now; try again";
    return new TRPCError({ code: "SERVICE_UNAVAILABLE", message, cause });
  }
  if (failure instanceof TRPCError && failure.code !== "INTERNAL_SERVER_ERROR") return failure;
  // Anything else is a fault of ours: the log gets the cause, the caller a sentence without internals.
  const message = "Something went wrong in milo; its log says what";
  return new TRPCError({ code: "INTERNAL_SERVER_ERROR", message, cause });
}

const translateErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  throw toCallerError(result.error);
});

/** A span for each order; what is only asked for, by every page that is open, is not worth one. */
const traceOrders = t.middleware(({ next, path, type }) => {
  if (type !== "mutation") return next();
  const attributes = { [ATTR_RPC_SYSTEM_NAME]: "trpc", [ATTR_RPC_METHOD]: path };
  return withSpan(path, { kind: "server", attributes }, async (span) => {
    const result = await next();
    if (!result.ok) failSpan(span, result.error.code, "");
    return result;
  });
});

export const publicProcedure = t.procedure.use(traceOrders).use(translateErrors);
