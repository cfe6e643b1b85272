import { DEPLOYMENT_OUTCOMES, DEPLOYMENT_PHASES, DEPLOYMENT_PLATFORMS, FAILURE_CLASSES } from "@milo/placement";
import { z } from "zod";
import { rowId } from "#server/api/routers/bulk-ids.ts";
import { spokenReason } from "#server/api/routers/spoken-reason.ts";
import { createRouter, publicProcedure } from "#server/api/trpc.ts";
import { DEPLOYMENT_SORTS } from "#server/database/repositories/deployments-view.ts";
import { isStorableText } from "#server/database/storable-text.ts";

const QUEUE_PAGE_DEFAULT = 100;
const QUEUE_PAGE_MOST = 500;

const HOUR_MS = 3_600_000;
const WINDOW_MOST_MS = 48 * HOUR_MS;
const USAGE_DEFAULT_MS = 6 * HOUR_MS;
const ACTIVITY_DEFAULT_MS = 24 * HOUR_MS;

const windowInput = (defaultMs: number) =>
  z
    .strictObject({ windowMs: z.int().min(HOUR_MS).max(WINDOW_MOST_MS).default(defaultMs) })
    .default({ windowMs: defaultMs });

const deploymentsInput = z
  .strictObject({
    platform: z.enum(DEPLOYMENT_PLATFORMS).optional(),
    phases: z.array(z.enum(DEPLOYMENT_PHASES)).min(1).optional(),
    outcomes: z.array(z.enum(DEPLOYMENT_OUTCOMES)).min(1).optional(),
    failureClasses: z.array(z.enum(FAILURE_CLASSES)).min(1).optional(),
    /** A launch key, a bot's id, or the beginning of a workload's name on its platform. */
    search: z.string().trim().min(1).max(255).refine(isStorableText, "must be well-formed text without NUL").optional(),
    /** Default: last ended first with a filter by outcome or failure class, else last reserved first. */
    sort: z
      .strictObject({ by: z.enum(DEPLOYMENT_SORTS), direction: z.enum(["asc", "desc"]).default("desc") })
      .optional(),
    limit: z.int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
  })
  .default({ limit: 50 });

function withSort(input: z.output<typeof deploymentsInput>) {
  const isFiltered = input.outcomes !== undefined || input.failureClasses !== undefined;
  const sort = input.sort ?? ({ by: isFiltered ? "endedAt" : "reservedAt", direction: "desc" } as const);
  return { ...input, sort };
}

export const infrastructureRouter = createRouter({
  /** The plan's platforms in priority order, with what they hold. → `PlatformCapacity[]` */
  getActivePlatforms: publicProcedure.query(({ ctx }) => ctx.services.hybrid.getCapacityStats()),

  /** → `{ platform, label, order, mode, modeReason, modeSince, breaker, massStop }[]` in priority order. */
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

  /**
   * An operator's word that a sweep which would end most of a platform's bots is right: for 5 min it goes on. → the
   * platform as `getPlatforms` has it; NOT_FOUND outside the plan, BAD_INPUT when none is held.
   */
  confirmMassStop: publicProcedure
    .input(
      z.strictObject({
        platform: z.enum(DEPLOYMENT_PLATFORMS),
        reason: z.string().trim().min(1).max(500).optional(),
      }),
    )
    .mutation(({ ctx, input }) => ctx.services.infrastructure.confirmMassStop(input)),

  /** An operator's word that a container is gone. → `{ deploymentId, botId, replaced }`; NOT_FOUND, CONFLICT. */
  confirmGone: publicProcedure
    .input(z.strictObject({ deploymentId: rowId, reason: spokenReason }))
    .mutation(({ ctx, input }) => ctx.services.operator.confirmGone(input)),

  /** What operators, breakers and sweeps changed, newest first. → `{ events, nextBefore }`; pass that as `before`. */
  getPlatformEvents: publicProcedure
    .input(
      z
        .strictObject({
          platform: z.enum(DEPLOYMENT_PLATFORMS).optional(),
          limit: z.int().min(1).max(200).default(50),
          before: z.int().positive().optional(),
        })
        .default({ limit: 50 }),
    )
    .query(({ ctx, input }) => ctx.services.infrastructure.getPlatformEvents(input)),

  /** → one row per platform: `{ platform, starting, running, stopping, failed24h }`. */
  getStats: publicProcedure
    .input(z.strictObject({ platform: z.enum(DEPLOYMENT_PLATFORMS).optional() }).optional())
    .query(({ ctx, input }) => ctx.services.infrastructure.getStats(input?.platform)),

  /** → `{ total, oldest, avgWaitMs }` over all waiting entries; `oldest` null and `avgWaitMs` 0 when there are none. */
  getQueueStats: publicProcedure.query(({ ctx }) => ctx.services.infrastructure.getQueueStats()),

  /** Use against limit, minute by minute, gaps as null, and this moment last. → `UsageHistory` */
  getUsageHistory: publicProcedure
    .input(windowInput(USAGE_DEFAULT_MS))
    .query(({ ctx, input }) => ctx.services.overview.getUsageHistory(input.windowMs)),

  /** Launches and failed launches by the hour. → `Activity` */
  getActivity: publicProcedure
    .input(windowInput(ACTIVITY_DEFAULT_MS))
    .query(({ ctx, input }) => ctx.services.overview.getActivity(input.windowMs)),

  /** What needs a person, the worst first. → `Attention` */
  getAttention: publicProcedure.query(({ ctx }) => ctx.services.overview.getAttention()),

  /** → `{ deployments, nextCursor }`: attempts past and present; pass `nextCursor` as `cursor` for the next page. */
  getDeployments: publicProcedure
    .input(deploymentsInput)
    .query(({ ctx, input }) => ctx.services.infrastructure.getDeployments(withSort(input))),

  /** → `QueuedBot[]` in queue order; `after` = the id of the last entry of a page, `before` = that of the first. */
  getQueuedBots: publicProcedure
    .input(
      z
        .strictObject({
          limit: z.int().min(1).max(QUEUE_PAGE_MOST).default(QUEUE_PAGE_DEFAULT),
          after: rowId.optional(),
          before: rowId.optional(),
        })
        .refine(({ after, before }) => after === undefined || before === undefined, "give after or before, not both")
        .optional(),
    )
    .query(({ ctx, input }) => ctx.services.hybrid.getQueuedBots(input ?? { limit: QUEUE_PAGE_DEFAULT })),
});
