import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, type TRPCClient } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter } from "#server/api/root.ts";
import { fetchByServerClock } from "../_live/server-clock.ts";

export type ApiClient = TRPCClient<AppRouter>;

const API_URL = "/api/trpc";
/** Longer addresses are refused by some proxies; what does not fit goes in a second request. */
const MAX_URL_LENGTH = 4_000;
/** Each answer tells the server's clock, by which times are shown. */
const BATCHED = { url: API_URL, transformer: superjson, fetch: fetchByServerClock } as const;

/** milo's API as the browser calls it. The cookie of the sign-in goes along, being of the same origin. */
export function createApiClient(): ApiClient {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({ url: API_URL, transformer: superjson }),
        false: splitLink({
          condition: ({ context }) => context.isPrivate === true,
          // What is asked goes in the body: addresses are written into logs on their way.
          true: httpBatchLink({ ...BATCHED, methodOverride: "POST" }),
          false: httpBatchLink({ ...BATCHED, maxURLLength: MAX_URL_LENGTH }),
        }),
      }),
    ],
  });
}
