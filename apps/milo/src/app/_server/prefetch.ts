import { type DehydratedState, dehydrate, type FetchQueryOptions, type QueryKey } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import type { AppRouter } from "#server/api/root.ts";
import type { LivePoint } from "#server/api/services/live/live-service.ts";
import { readCaller } from "#server/web/caller-slot.ts";
import { createQueryClient } from "../_api/create-query-client.ts";
import { createInProcessClient } from "./in-process-client.ts";
import { tryReading } from "./try-reading.ts";

export type PageApi = TRPCOptionsProxy<AppRouter>;

/** What `<Hydrated>` takes: the queries as they were read, and where the live stream is to go on from there. */
export type Prefetched = {
  state: DehydratedState;
  /** Null while the database does not answer. */
  point: LivePoint | null;
  /** Codes of what could not be read; `NOT_FOUND` is for the page to tell. */
  failures: readonly string[];
};

type ReadFailure = { message: string; data: { code: string } };
const SILENT: ReadFailure = { message: "The database does not answer", data: { code: "SERVICE_UNAVAILABLE" } };

/**
 * Reads queries for a page's first paint: `prefetch((api) => [api.bots.get.queryOptions({ botId })])`. What cannot be
 * read within 5 s, or at all, is handed on as an error that the query shows; nothing is thrown.
 */
export async function prefetch(choose: (api: PageApi) => readonly { queryKey: QueryKey }[]): Promise<Prefetched> {
  const queryClient = createQueryClient();
  const api = createTRPCOptionsProxy<AppRouter>({ client: createInProcessClient(), queryClient });
  // Read first: what happens after it is told by the stream, so nothing falls between the two.
  const reading = await tryReading(() => readCaller().live.getPoint());
  const failures = await Promise.all(choose(api).map((options) => read(options)));

  async function read(options: { queryKey: QueryKey }): Promise<string | null> {
    const { queryKey } = options;
    const fetching = { ...options, retry: false } as FetchQueryOptions;
    const result = reading.ok ? await tryReading(() => queryClient.fetchQuery(fetching)) : reading;
    if (result.ok) return null;
    const query = queryClient.getQueryCache().build(queryClient, fetching);
    const failure = toFailure(query.state.error);
    query.setState({ status: "error", fetchStatus: "idle", error: failure as never, errorUpdatedAt: Date.now() });
    return queryKey.length === 0 ? null : failure.data.code;
  }

  return {
    state: dehydrate(queryClient),
    point: reading.ok ? reading.value : null,
    failures: failures.filter((code) => code !== null),
  };
}

/** Plain, so that it can be sent to the browser. */
function toFailure(error: unknown): ReadFailure {
  const { message, data } = (error ?? {}) as Partial<ReadFailure>;
  return message !== undefined && data !== undefined ? { message, data: { code: data.code } } : SILENT;
}
