import { hashKey, type Query, type QueryClient } from "@tanstack/react-query";
import { createRefresher } from "./refresher.ts";
import { judgeQuery, type News, PACE_MS } from "./what-changed.ts";

/** Keeps what the tab has read in step with what it is told. */
export type QueryRefresh = {
  apply(news: News | "everything"): void;
  /** Asks again for what could not be read. */
  retryFailed(): void;
  stop(): void;
};

/** What is on the screen is read again; what is not is read when it comes to the screen. */
export function createQueryRefresh(queryClient: QueryClient): QueryRefresh {
  const cache = queryClient.getQueryCache();
  const refresher = createRefresher({
    nowMs: () => performance.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    async run(hash) {
      const query = cache.get(hash);
      if (query === undefined) return;
      // A read that is under way may have begun before the change: it is let finish, and another follows.
      if (query.state.fetchStatus === "fetching") await query.promise?.catch(() => undefined);
      query.invalidate();
      if (query.isActive()) await queryClient.refetchQueries({ queryKey: query.queryKey, exact: true, type: "active" });
    },
  });

  function refresh(query: Query, paceMs: number): void {
    if (query.isActive()) refresher.request(query.queryHash, paceMs);
    else query.invalidate();
  }

  return {
    apply(news) {
      for (const query of cache.getAll()) {
        const { path, input } = readKey(query);
        const judged = judgeQuery(path, input, news, query.state.data);
        if (judged !== null) refresh(query, judged.paceMs);
      }
    },
    retryFailed() {
      for (const query of cache.getAll()) if (query.state.status === "error") refresh(query, PACE_MS);
    },
    stop: () => refresher.stop(),
  };
}

/** Keys of tRPC are `[["bots", "get"], { input, type }]`. */
function readKey({ queryKey }: Query): { path: string; input: unknown } {
  const [path, options] = queryKey as [unknown, { input?: unknown } | undefined];
  return { path: Array.isArray(path) ? path.join(".") : hashKey(queryKey), input: options?.input };
}
