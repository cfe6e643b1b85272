import { botsRouter } from "./routers/bots/index.ts";
import { infrastructureRouter } from "./routers/infrastructure/index.ts";
import { liveRouter } from "./routers/live/index.ts";
import { queueRouter } from "./routers/queue/index.ts";
import { createCallerFactory, createRouter } from "./trpc.ts";

export const appRouter = createRouter({
  bots: botsRouter,
  infrastructure: infrastructureRouter,
  live: liveRouter,
  queue: queueRouter,
});
export type AppRouter = typeof appRouter;

/** Calls procedures in this process, without HTTP. */
export const createCaller = createCallerFactory(appRouter);
