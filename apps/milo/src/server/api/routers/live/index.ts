import { tracked } from "@trpc/server";
import { z } from "zod";
import { rowId } from "#server/api/routers/bulk-ids.ts";
import { createRouter, publicProcedure, toCallerError } from "#server/api/trpc.ts";

const BOTS_SHOWN_MOST = 200;

export const liveRouter = createRouter({
  /** Where a page that is read from now on joins the stream. → `{ cursor, position }`; `cursor` is a `lastEventId`. */
  getPoint: publicProcedure.query(({ ctx }) => ctx.services.live.point()),

  /**
   * What happens to bots and platforms, as it is written, and every 10 s how long ago each of `botIds` was heard.
   * → `LiveMessage`s; pass the id of the last one as `lastEventId` to be told what came since.
   */
  events: publicProcedure
    .input(
      z
        .strictObject({
          lastEventId: z.string().max(4_000).optional(),
          botIds: z.array(rowId).max(BOTS_SHOWN_MOST).optional(),
        })
        .optional(),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      try {
        for await (const { cursor, message } of ctx.services.live.events(input ?? {}, signal)) {
          yield cursor === null ? message : tracked(cursor, message);
        }
      } catch (error) {
        // A stream is read after the procedure has answered: what it throws passes no middleware.
        throw toCallerError(error);
      }
    }),
});
