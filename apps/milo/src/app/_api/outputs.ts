import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "#server/api/root.ts";

/** `ApiOutputs["bots"]["get"]`: what a procedure answers. */
export type ApiOutputs = inferRouterOutputs<AppRouter>;
/** `ApiInputs["bots"]["list"]`: what a procedure takes. */
export type ApiInputs = inferRouterInputs<AppRouter>;
