"use client";

import { useQuery } from "@tanstack/react-query";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { useTRPC } from "../../_api/trpc.ts";
import { describeDuration, describeMeetingPlatform, describeQueue } from "../../_components/describe.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { QUEUE_PAGE } from "../queue-page.ts";

type QueuedBot = ApiOutputs["infrastructure"]["getQueuedBots"][number];

/** Every waiting bot with its place, how long it has waited, when it gives up, and why it waits. */
export function QueueTable() {
  const trpc = useTRPC();
  const page = useQuery(trpc.infrastructure.getQueuedBots.queryOptions(QUEUE_PAGE));
  const stats = useQuery(trpc.infrastructure.getQueueStats.queryOptions());
  if (page.data === undefined && page.isError) {
    return <QueryProblem error={page.error} onRetry={() => void page.refetch()} />;
  }
  const queued = page.data ?? [];
  const total = stats.data?.total ?? queued.length;
  return (
    <section aria-labelledby="queue" className="rounded-lg border border-line bg-card">
      <h2 id="queue" className="p-4 font-semibold">
        {total === 0 ? "Queue" : describeQueue(total)}
      </h2>
      {queued.length === 0 ? (
        <p className="px-4 pb-4 text-quiet">No bot is waiting.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <section aria-label="Waiting bots" tabIndex={0} className="overflow-x-auto">
          <table className="w-full min-w-[40rem] text-left text-sm">
            <thead className="border-line border-y text-quiet">
              <tr>
                <Heading>Position</Heading>
                <Heading>Bot</Heading>
                <Heading>Meeting</Heading>
                <Heading>Wait time</Heading>
                <Heading>Gives up in</Heading>
                <Heading>Why it waits</Heading>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {queued.map((bot) => (
                <QueueRow key={bot.id} bot={bot} nowMs={page.dataUpdatedAt} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {queued.length < total && (
        <p className="border-line border-t p-4 text-quiet text-sm">
          The first {queued.length} of {total} are shown.
        </p>
      )}
    </section>
  );
}

function Heading({ children }: { children: string }) {
  return (
    <th scope="col" className="px-4 py-2 font-medium">
      {children}
    </th>
  );
}

function QueueRow({ bot, nowMs }: { bot: QueuedBot; nowMs: number }) {
  return (
    <tr>
      <td className="px-4 py-2 tabular-nums">{bot.position}</td>
      <th scope="row" className="px-4 py-2 font-medium">
        {bot.botName}
      </th>
      <td className="px-4 py-2">{describeMeetingPlatform(bot.platform)}</td>
      <td className="px-4 py-2 tabular-nums">{describeDuration(nowMs - bot.queuedAt.getTime())}</td>
      <td className="px-4 py-2 tabular-nums">{describeDuration(bot.timeoutAt.getTime() - nowMs)}</td>
      <td className="px-4 py-2 text-quiet">{bot.reason}</td>
    </tr>
  );
}
