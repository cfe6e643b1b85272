import type { TRPCError } from "@trpc/server";
import { docsOf } from "./alarms.ts";

/** What an error of the API means to who asked. `docs/failure-modes.md` has a heading for each. */
export const API_ERROR_HELP = {
  BAD_REQUEST: {
    means: "The request says something that cannot be: a value, a name or a method. Nothing was done.",
    does: "Nothing; the answer says which field is wrong and what it may be.",
    check: "The message and `data.zodError`. The same request fails again.",
  },
  NOT_FOUND: {
    means: "There is no such procedure, bot, queue entry or deployment; or it is so old that it was cleared away.",
    does: "Nothing.",
    check: "The id. `HISTORY_KEEP_DAYS` says for how long bots that ended are kept.",
  },
  CONFLICT: {
    means:
      "What was asked for cannot be done as things are: the bot has ended, its container may yet run, its key is taken.",
    does: "Nothing; the answer says what stands in the way.",
    check: "The bot's page or `bots.getTimeline`: buttons there say the same, and when it becomes possible.",
  },
  SERVICE_UNAVAILABLE: {
    means: "The database, or what is needed to decide, did not answer in time. The order may have been carried out.",
    does: "It keeps trying to reach the database; what was accepted before is kept.",
    check: "Ask again; send bots with a `deduplicationKey`, which never makes two. `/readyz` says what is missing.",
  },
  INTERNAL_SERVER_ERROR: {
    means: "A fault of milo's own.",
    does: "It logs the cause, without telling it to the caller.",
    check: "web's log of that moment, and please report it.",
  },
} satisfies Partial<Record<TRPCError["code"], { means: string; does: string; check: string }>>;

/** Where an error of the API is explained; one without a heading of its own under the nearest. */
export function docsOfApiError(code: TRPCError["code"], httpStatus: number): string {
  if (Object.hasOwn(API_ERROR_HELP, code)) return docsOf(code);
  return docsOf(httpStatus < 500 ? "BAD_REQUEST" : "INTERNAL_SERVER_ERROR");
}
