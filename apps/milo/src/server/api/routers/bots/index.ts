import {
  BOT_STATUSES,
  DEPLOYMENT_PLATFORMS,
  MAX_QUEUE_TIMEOUT_MS,
  MEETING_PLATFORMS,
  PRIORITY_DEFAULT,
  PRIORITY_MAX,
  PRIORITY_MIN,
} from "@milo/placement";
import { z } from "zod";
import { rowId as botId, bulkIds } from "#server/api/routers/bulk-ids.ts";
import { spokenReason } from "#server/api/routers/spoken-reason.ts";
import { createRouter, publicProcedure } from "#server/api/trpc.ts";
import { isStorableText } from "#server/database/storable-text.ts";

/** PostgreSQL's text holds no NUL, and half a surrogate pair is no text. */
const MUST_BE_TEXT = "must be well-formed text without NUL";

/** What begins a key that milo itself gives, as `milo:retry:7`. */
const RESERVED_KEYS = "milo:";

const createInput = z.strictObject({
  /** Shown in the meeting. */
  name: z.string().trim().min(1).max(255).refine(isStorableText, MUST_BE_TEXT).default("Meeting bot"),
  meetingPlatform: z.enum(MEETING_PLATFORMS),
  meetingUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .refine(isStorableText, MUST_BE_TEXT),
  /** Higher goes first. */
  priority: z.int().min(PRIORITY_MIN).max(PRIORITY_MAX).default(PRIORITY_DEFAULT),
  /** Caps the whole wait in milliseconds; 0 = place in the first pass or fail. Default: the plan's own waits. */
  queueTimeoutMs: z.int().min(0).max(MAX_QUEUE_TIMEOUT_MS).optional(),
  /** The longest the bot may run after its claim, in milliseconds. Default: the installation's. */
  maxDurationMs: z.int().min(1_000).max(MAX_QUEUE_TIMEOUT_MS).optional(),
  /** The platforms it may be placed on, in the plan's order whatever theirs. Default: all of the plan. */
  platforms: z.array(z.enum(DEPLOYMENT_PLATFORMS)).min(1).optional(),
  /** While a bot with this key is not final, creating another answers that one. */
  deduplicationKey: z
    .string()
    .min(1)
    .max(200)
    .refine(isStorableText, MUST_BE_TEXT)
    .refine((key) => !key.startsWith(RESERVED_KEYS), `keys that begin with ${RESERVED_KEYS} are milo's own`)
    .optional(),
});

const CREATE_MOST = 100;

const listInput = z
  .strictObject({
    statuses: z.array(z.enum(BOT_STATUSES)).min(1).optional(),
    infrastructure: z.enum(DEPLOYMENT_PLATFORMS).optional(),
    meetingPlatform: z.enum(MEETING_PLATFORMS).optional(),
    /** A bot's id, a meeting's exact address, or the beginning of a name. */
    search: z.string().trim().min(1).max(2_048).refine(isStorableText, MUST_BE_TEXT).optional(),
    limit: z.int().min(1).max(200).default(50),
    before: botId.optional(),
    after: botId.optional(),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, "give before or after, not both")
  .default({ limit: 50 });

export const botsRouter = createRouter({
  /** Accepts a bot and answers when it is starting or waits, within 5 s. → `{ botId, created } & HybridDeployResult` */
  create: publicProcedure.input(createInput).mutation(({ ctx, input }) => ctx.services.deployment.create(input)),

  /** The same for many, answered as soon as they are stored. → `{ results: { index, ok, botId?, created?, code?, message? }[] }` */
  createMany: publicProcedure
    .input(z.strictObject({ bots: z.array(createInput).min(1).max(CREATE_MOST) }))
    .mutation(({ ctx, input }) => ctx.services.deployment.createMany(input.bots)),

  /** Another bot with the request of one that has ended. → `{ botId, created, retryOf }`; NOT_FOUND, CONFLICT. */
  retry: publicProcedure
    .input(z.strictObject({ botId }))
    .mutation(({ ctx, input }) => ctx.services.deployment.retry(input.botId)),

  /** → the bot; NOT_FOUND. */
  get: publicProcedure
    .input(z.strictObject({ botId }))
    .query(({ ctx, input }) => ctx.services.deployment.get(input.botId)),

  /** Newest first → `{ bots, nextBefore, nextAfter }`; pass `nextBefore` as `before`, `nextAfter` as `after`. */
  list: publicProcedure.input(listInput).query(({ ctx, input }) => ctx.services.deployment.list(input)),

  /** → `{ live, ended24h }`, each a list of `{ status, count }`. */
  getStatusCounts: publicProcedure.query(({ ctx }) => ctx.services.overview.getStatusCounts()),

  /** Persists the stop and returns; stopping a bot that is ending changes nothing. NOT_FOUND. */
  stop: publicProcedure
    .input(z.strictObject({ botId }))
    .mutation(({ ctx, input }) => ctx.services.hybrid.stopBot(input.botId)),

  /** The same for many, each on its own. → `{ results: { id, ok, code?, message? }[] }` */
  stopMany: publicProcedure
    .input(z.strictObject({ botIds: bulkIds }))
    .mutation(({ ctx, input }) => ctx.services.deployment.stopMany(input.botIds)),

  /**
   * Another container for a bot that cannot be reached, though two may then be in the call. → `{ botId, deploymentId,
   * warning }`; NOT_FOUND, CONFLICT.
   */
  replaceAnyway: publicProcedure
    .input(z.strictObject({ botId, reason: spokenReason }))
    .mutation(({ ctx, input }) => ctx.services.operator.replaceAnyway(input)),

  /** A bot's whole story and where it is now. → `Timeline`; NOT_FOUND. */
  getTimeline: publicProcedure
    .input(z.strictObject({ botId }))
    .query(({ ctx, input }) => ctx.services.timeline.getTimeline(input.botId)),
});
