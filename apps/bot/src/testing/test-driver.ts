import type { MeetingDriver, MeetingEnd, MeetingReport } from "../drivers/meeting-driver.ts";
import type { LeaveReason } from "../session/leave-order.ts";

/** A meeting that does what the test says. */
export function createTestDriver() {
  const ended = Promise.withResolvers<MeetingEnd>();
  const left: LeaveReason[] = [];
  let report: ((report: MeetingReport) => Promise<void>) | null = null;
  const driver: MeetingDriver = {
    join(_configuration, reportMeeting) {
      report = reportMeeting;
      return ended.promise;
    },
    leave: (reason) => void left.push(reason),
  };
  return {
    driver,
    left,
    hasJoined: () => report !== null,
    tell: (told: MeetingReport) => void report?.(told),
    end: (end: MeetingEnd = { result: "ended", code: "HOST_ENDED" }) => ended.resolve(end),
    crash: (error: Error) => ended.reject(error),
  };
}
