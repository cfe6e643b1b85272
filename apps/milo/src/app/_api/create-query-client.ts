import { QueryClient } from "@tanstack/react-query";
import superjson from "superjson";
import { isWorthRetrying } from "./describe-problem.ts";
import { keepEqual } from "./keep-equal.ts";

const RETRIES_MOST = 3;
const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 4_000;

/**
 * What the console has read. Nothing is read again because time passes or a window gets the focus: the live stream says
 * what has changed. A read that failed stays failed until the stream comes back or somebody asks for it again.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retryOnMount: false,
        retry: (failures, error) => failures < RETRIES_MOST && isWorthRetrying(error),
        retryDelay: (failures) => Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures),
        structuralSharing: keepEqual,
        // milo may run on this machine, where a browser that says it is offline is of no importance.
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: ({ state }) => state.status !== "pending",
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}
