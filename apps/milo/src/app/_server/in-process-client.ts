import { createTRPCClient, type TRPCClient, TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import type { AppRouter } from "#server/api/root.ts";
import { readCaller } from "#server/web/caller-slot.ts";

/** milo's API as pages call it while they are rendered: in this process, without HTTP. */
export function createInProcessClient(): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({ links: [callInProcess] });
}

const callInProcess: TRPCLink<AppRouter> =
  () =>
  ({ op }) =>
    observable((observer) => {
      call(op.path, op.input).then(
        (data) => {
          observer.next({ result: { type: "data", data } });
          observer.complete();
        },
        (error: unknown) => observer.error(toClientError(error)),
      );
    });

/** The caller is a tree of functions, `infrastructure.getStats` a path in it. */
async function call(path: string, input: unknown): Promise<unknown> {
  const found = path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], readCaller());
  return (found as (input: unknown) => Promise<unknown>)(input);
}

type ErrorCode = keyof typeof TRPC_ERROR_CODES_BY_KEY;

/** The error as the same call over HTTP would have met it. */
function toClientError(error: unknown): TRPCClientError<AppRouter> {
  const { code, message } = error as { code?: ErrorCode; message?: string };
  const known: ErrorCode = code !== undefined && code in TRPC_ERROR_CODES_BY_KEY ? code : "INTERNAL_SERVER_ERROR";
  const said = { code: TRPC_ERROR_CODES_BY_KEY[known], message: message ?? "", data: { code: known } };
  return TRPCClientError.from({ error: said }) as TRPCClientError<AppRouter>;
}
