"use client";

import { useQuery } from "@tanstack/react-query";
import type { ApiOutputs } from "../_api/outputs.ts";
import { useTRPC } from "../_api/trpc.ts";

type Item = ApiOutputs["infrastructure"]["getAttention"]["items"][number];

/** What is to be told when no dispatcher runs; null while one does, and while that is not known. */
export function useNoDispatcher(): Item | null {
  const { data } = useQuery(useTRPC().infrastructure.getAttention.queryOptions());
  return data?.items.find(({ kind }) => kind === "no_dispatcher") ?? null;
}
