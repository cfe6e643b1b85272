import { nameBot } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { readPlatformStates } from "#server/database/repositories/capacity-view.ts";
import { readQueuePlace } from "#server/database/repositories/queue-view.ts";
import { readTimeline } from "#server/database/repositories/timeline-view.ts";
import { maskMeetingUrl } from "#server/logging/mask-urls.ts";
import type { Times } from "../../../../config/times.ts";
import { ServiceError } from "../errors.ts";
import { createWaitTeller, WAITS_SHARED_MS, type WaitTeller } from "../tell-waits.ts";
import { describeNow } from "./describe-now.ts";
import { tellTimeline } from "./tell-timeline.ts";
import type { Timeline, TimelineNow } from "./timeline.ts";

export type TimelineService = {
  /** Where a bot is, why, what was tried, why that failed, and what happens next. Throws NOT_FOUND. */
  getTimeline(botId: number): Promise<Timeline>;
};

type TimelineDependencies = { sql: Sql; times: Times; waitsSharedMs?: number };

export function createTimelineService({ sql, times, waitsSharedMs }: TimelineDependencies): TimelineService {
  const tellWaits = createWaitTeller(sql, waitsSharedMs ?? WAITS_SHARED_MS);
  return {
    async getTimeline(botId) {
      const [rows, states] = await Promise.all([
        readTimeline(sql, botId),
        readPlatformStates(sql, times.healthFreshMs),
      ]);
      if (rows === null) throw new ServiceError("NOT_FOUND", `There is no ${nameBot(botId, "within")}`);
      const place = rows.waiting === null ? {} : await tellPlace(sql, tellWaits, botId);
      const { id, name, meetingPlatform, meetingUrl, priority, attempts, createdAt, stopRequestedAt } = rows.bot;
      const { finishedAt, claimedContainerMayRun } = rows.bot;
      return {
        bot: {
          ...{ id, name, meetingPlatform, priority, attempts, createdAt, stopRequestedAt, finishedAt },
          claimedContainerMayRun,
          meetingUrl: maskMeetingUrl(meetingUrl),
        },
        now: { ...describeNow(rows, new Map(states.map((state) => [state.platform, state]))), ...place },
        items: tellTimeline(rows),
        truncated: rows.truncated,
      };
    },
  };
}

/** Where a waiting bot stands, unless it has left the queue meanwhile. */
async function tellPlace(sql: Sql, tellWaits: WaitTeller, botId: number): Promise<Pick<TimelineNow, "place">> {
  const place = await readQueuePlace(sql, botId);
  if (place === null) return {};
  const [wait] = await tellWaits([place]);
  return wait === undefined ? {} : { place: { position: place.position, ...wait } };
}
