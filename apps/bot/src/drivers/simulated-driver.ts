import type { Clock } from "../effects/clock.ts";
import type { LeaveReason } from "../session/leave-order.ts";
import type { MeetingDriver, MeetingEnd, ReportMeeting } from "./meeting-driver.ts";
import { type MeetingScript, readMeetingScript, type ScriptPoint } from "./simulated-script.ts";

/** What a script can do to the process; real ones end or freeze it. */
type Catastrophes = {
  exit(code: number): never;
  freeze(): void;
};

/** Longer than any maximum duration: a hanging meeting never goes on by itself. */
const HANG_MS = 2 ** 31 - 1;

/** Thrown inside a script to leave it from wherever it is. */
const LEFT = Symbol("left");

/** A meeting that follows the script in its URL's query, without chance: the same URL does the same again. */
export function createSimulatedDriver(clock: Clock, catastrophes: Catastrophes): MeetingDriver {
  const leaving = new AbortController();
  let ignoresLeave = false;
  let reported: Promise<void> = Promise.resolve();

  async function stay(ms: number): Promise<void> {
    if (!leaving.signal.aborted) await clock.sleep(ms, leaving.signal);
    if (leaving.signal.aborted) throw LEFT;
  }

  async function pass(point: ScriptPoint, script: MeetingScript): Promise<void> {
    // milo is to know how far it came; otherwise milo's silence never holds a meeting up.
    if (script.crash === point || script.freeze === point) await reported;
    if (script.crash === point) catastrophes.exit(script.exit ?? 1);
    if (script.freeze === point) catastrophes.freeze();
    if (script.fail === point) throw new Error(`The simulated meeting failed ${point}.`);
    if (script.hang === point) await (point === "leaving" ? clock.sleep(HANG_MS) : stay(HANG_MS));
  }

  async function play(script: MeetingScript, report: ReportMeeting): Promise<MeetingEnd> {
    await pass("before-join", script);
    await stay(script.joinMs);
    if (script.waitingMs > 0) {
      reported = report({ status: "IN_WAITING_ROOM", code: "WAITING", message: "Waiting to be admitted." });
      await pass("waiting", script);
      await stay(script.waitingMs);
    }
    if (script.refuse) return { result: "refused", code: "MEETING_REFUSED", message: "The host turned it away." };
    reported = report({ status: "IN_CALL", code: "ADMITTED", message: "In the call." });
    await pass("after-join", script);
    await stay(script.callMs / 2);
    await pass("mid-call", script);
    await stay(script.callMs / 2);
    return { result: "ended", code: "HOST_ENDED", message: "The host ended the call." };
  }

  async function leave(script: MeetingScript): Promise<MeetingEnd> {
    await pass("leaving", script);
    await clock.sleep(script.leaveMs);
    return { result: "ended", code: "LEFT", message: "It left the call." };
  }

  return {
    async join(configuration, report) {
      const script = readMeetingScript(configuration.meetingUrl);
      ignoresLeave = script.ignoreLeave;
      const end = await play(script, report).catch((error: unknown) => {
        if (error === LEFT) return leave(script);
        throw error;
      });
      return { ...end, exitCode: script.exit ?? undefined };
    },
    leave(reason: LeaveReason) {
      if (ignoresLeave && reason !== "terminated") return;
      leaving.abort();
    },
  };
}
