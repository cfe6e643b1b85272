import { PRIORITY_MAX, PRIORITY_MIN } from "@milo/placement";
import { z } from "zod";
import { bulkIds } from "#server/api/routers/bulk-ids.ts";
import { createRouter, publicProcedure } from "#server/api/trpc.ts";

const WHICH = "give entryIds or botIds, one of the two";

const selection = { entryIds: bulkIds.optional(), botIds: bulkIds.optional() };
type Selection = { entryIds?: number[]; botIds?: number[] };

const namesOne = ({ entryIds, botIds }: Selection) => (entryIds === undefined) !== (botIds === undefined);
const toSelection = ({ entryIds, botIds }: Selection) => (entryIds ? { entryIds } : { botIds: botIds ?? [] });

/** Higher goes first. */
const priority = z.int().min(PRIORITY_MIN).max(PRIORITY_MAX);

export const queueRouter = createRouter({
  /** Takes bots that wait out of the queue; they are CANCELLED. → `{ results: { id, ok, code?, message? }[] }` */
  cancel: publicProcedure
    .input(z.strictObject(selection).refine(namesOne, WHICH))
    .mutation(({ ctx, input }) => ctx.services.queue.cancel(toSelection(input))),

  /** Changes the priority of bots that wait, from the next pass on. → as `cancel` */
  setPriority: publicProcedure
    .input(
      z.union([
        z.strictObject({ entryId: z.int().positive(), priority }),
        z.strictObject({ ...selection, priority }).refine(namesOne, WHICH),
      ]),
    )
    .mutation(({ ctx, input }) =>
      ctx.services.queue.setPriority(
        "entryId" in input ? { entryIds: [input.entryId] } : toSelection(input),
        input.priority,
      ),
    ),
});
