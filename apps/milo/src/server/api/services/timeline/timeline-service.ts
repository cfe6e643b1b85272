import type { Sql } from "#server/database/client.ts";
import { readPlatformStates } from "#server/database/repositories/capacity-view.ts";
import { readTimeline } from "#server/database/repositories/timeline-view.ts";
import { maskMeetingUrl } from "#server/logging/mask-urls.ts";
import type { Times } from "../../../../config/times.ts";
import { ServiceError } from "../errors.ts";
import { describeNow } from "./describe-now.ts";
import { tellTimeline } from "./tell-timeline.ts";
import type { Timeline } from "./timeline.ts";

export type TimelineService = {
  /** Where a bot is, why, what was tried, why that failed, and what happens next. Throws NOT_FOUND. */
  getTimeline(botId: number): Promise<Timeline>;
};

export function createTimelineService({ sql, times }: { sql: Sql; times: Times }): TimelineService {
  return {
    async getTimeline(botId) {
      const [rows, states] = await Promise.all([
        readTimeline(sql, botId),
        readPlatformStates(sql, times.healthFreshMs),
      ]);
      if (rows === null) throw new ServiceError("NOT_FOUND", `There is no bot ${botId}`);
      const { id, name, meetingPlatform, meetingUrl, priority, attempts, createdAt, stopRequestedAt, finishedAt } =
        rows.bot;
      return {
        bot: {
          ...{ id, name, meetingPlatform, priority, attempts, createdAt, stopRequestedAt, finishedAt },
          meetingUrl: maskMeetingUrl(meetingUrl),
        },
        now: describeNow(rows, new Map(states.map((state) => [state.platform, state]))),
        items: tellTimeline(rows),
        truncated: rows.truncated,
      };
    },
  };
}
