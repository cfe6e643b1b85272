import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { z } from "zod";
import { isRepeatable } from "#server/database/retry.ts";
import { ServiceError, type ServiceErrorCode } from "./services/errors.ts";
import type { Services } from "./services/index.ts";

/** What every procedure is given. Access was decided before the router. */
export type ApiContext = { services: Services };

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  errorFormatter({ shape, error }) {
    const { cause } = error;
    if (!(cause instanceof z.ZodError)) return shape;
    // What is wrong with the input, in words rather than as a JSON text inside a message.
    return { ...shape, message: z.prettifyError(cause), data: { ...shape.data, zodError: z.flattenError(cause) } };
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

const translateErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof ServiceError)
    throw new TRPCError({ code: TRPC_CODES[cause.code], message: cause.message, cause });
  if (isRepeatable(cause)) {
    throw new TRPCError({
      code: "SERVICE_UNAVAILABLE",
      message: "The database cannot answer just now; try again",
      cause,
    });
  }
  // Anything else is a fault of ours: the log gets the cause, the caller a sentence without internals.
  if (result.error.code === "INTERNAL_SERVER_ERROR") {
    throw new TRPCError({
      code: "INTERNAL_SERVER_ERROR",
      message: "Something went wrong in milo; its log says what",
      cause,
    });
  }
  return result;
});

export const publicProcedure = t.procedure.use(translateErrors);
