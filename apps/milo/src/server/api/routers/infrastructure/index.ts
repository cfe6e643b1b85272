import { DEPLOYMENT_PLATFORMS } from "@milo/placement";
import { z } from "zod";
import { createRouter, publicProcedure } from "#server/api/trpc.ts";

const QUEUE_PAGE_DEFAULT = 100;
const QUEUE_PAGE_MOST = 500;

export const infrastructureRouter = createRouter({
  /** The plan's platforms in priority order, with what they hold. → `PlatformCapacity[]` */
  getActivePlatforms: publicProcedure.query(({ ctx }) => ctx.services.hybrid.getCapacityStats()),

  /** → `{ platform, label, order, mode, modeReason, modeSince, breaker }[]` in priority order. */
  getPlatforms: publicProcedure.query(({ ctx }) => ctx.services.infrastructure.getPlatforms()),

  /**
   * `hold`: no new bots. `drain`: no new bots, and those that run are told to leave. → the platform as `getPlatforms`
   * has it; NOT_FOUND outside the plan.
   */
  setPlatformMode: publicProcedure
    .input(
      z.strictObject({
        platform: z.enum(DEPLOYMENT_PLATFORMS),
        mode: z.enum(["enabled", "hold", "drain"]),
        reason: z.string().trim().min(1).max(500).optional(),
      }),
    )
    .mutation(({ ctx, input }) => ctx.services.infrastructure.setPlatformMode(input)),

  /** → one row per platform: `{ platform, starting, running, stopping, failed24h }`. */
  getStats: publicProcedure
    .input(z.strictObject({ platform: z.enum(DEPLOYMENT_PLATFORMS).optional() }).optional())
    .query(({ ctx, input }) => ctx.services.infrastructure.getStats(input?.platform)),

  /** → `{ total, oldest, avgWaitMs }` over all waiting entries; `oldest` null and `avgWaitMs` 0 when there are none. */
  getQueueStats: publicProcedure.query(({ ctx }) => ctx.services.infrastructure.getQueueStats()),

  /** → `QueuedBot[]` in queue order; `after` = the id of the last entry of the previous page. */
  getQueuedBots: publicProcedure
    .input(
      z
        .strictObject({
          limit: z.int().min(1).max(QUEUE_PAGE_MOST).default(QUEUE_PAGE_DEFAULT),
          after: z.int().positive().optional(),
        })
        .optional(),
    )
    .query(({ ctx, input }) => ctx.services.hybrid.getQueuedBots(input ?? { limit: QUEUE_PAGE_DEFAULT })),
});
