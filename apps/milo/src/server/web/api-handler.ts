import type { AnyRouter, inferRouterContext, TRPCError } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import type { Logger } from "pino";
import { withCallerTrace } from "#server/tracing/tracer.ts";
import type { Handler } from "./http-messages.ts";
import { API_PATH } from "./web-server.ts";

/** The largest input of any procedure is a list of filters; this leaves room without letting a caller fill memory. */
const MAX_BODY_BYTES = 256 * 1024;

/** tRPC on its Node handler, which serves several times the requests of a route handler of Next. */
export function createApiHandler<Router extends AnyRouter>(options: {
  router: Router;
  context: inferRouterContext<Router>;
  log: Logger;
}): Handler {
  const { router, context, log } = options;
  const answer = createHTTPHandler<AnyRouter>({
    router,
    createContext: () => context,
    basePath: `${API_PATH}/`,
    maxBodySize: MAX_BODY_BYTES,
    // A query may be asked by POST: what it names, such as a meeting's address, then stands in no log of addresses.
    allowMethodOverride: true,
    onError: logProcedureErrors(log),
  });
  return (request, response) => withCallerTrace(request.headers, () => answer(request, response));
}

/** Writes down why a procedure failed: faults of ours as errors, refusals only for those who debug. */
export function logProcedureErrors(log: Logger): (failure: { error: TRPCError; path?: string }) => void {
  return ({ error, path }) => {
    const isOurs = error.code === "INTERNAL_SERVER_ERROR";
    log[isOurs ? "error" : "debug"]({ err: error.cause ?? error, procedure: path }, "A procedure failed");
  };
}
