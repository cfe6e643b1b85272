"use client";

import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { AppRouter } from "#server/api/root.ts";

/** `useTRPC().bots.get.queryOptions({ botId })` is what `useQuery` takes; `useTRPCClient()` calls without the cache. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();
