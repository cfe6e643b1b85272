import type { BotConfiguration } from "@milo/bot-contract";
import { describe, expect, it } from "vitest";
import { createTestClock } from "../testing/test-clock.ts";
import type { MeetingEnd } from "./meeting-driver.ts";
import { createSimulatedDriver } from "./simulated-driver.ts";

const EXITED = new Error("the process exited");

/** @param query its parameters count before the default ones */
function play(query: string, answered: Promise<void> = Promise.resolve()) {
  const clock = createTestClock();
  const timeline: string[] = [];
  const driver = createSimulatedDriver(clock, {
    exit(code) {
      timeline.push(`exit ${code}`);
      throw EXITED;
    },
    freeze() {
      timeline.push("frozen");
      throw EXITED;
    },
  });
  const configuration: BotConfiguration = {
    botId: 7,
    botName: "Notes",
    meetingPlatform: "zoom",
    meetingUrl: `https://meet.example/abc?${query}&join=1s&waiting=2s&call=10s&leave=1s`,
    maxDurationMs: 3_600_000,
  };
  const startedAtMs = clock.monotonicMs();
  const note = (what: string) => timeline.push(`${(clock.monotonicMs() - startedAtMs) / 1_000} s ${what}`);
  const joined = driver.join(configuration, async ({ status }) => {
    note(status ?? "event");
    await answered;
  });
  joined.then((end: MeetingEnd) => note(`${end.result} ${end.code}`)).catch((error: Error) => note(error.message));
  return { clock, driver, timeline };
}

describe("a simulated meeting", () => {
  it("keeps to its times", async () => {
    const { clock, timeline } = play("");
    await clock.advance(60_000);
    expect(timeline).toEqual(["1 s IN_WAITING_ROOM", "3 s IN_CALL", "13 s ended HOST_ENDED"]);
  });

  it("goes on while milo is silent", async () => {
    const { clock, timeline } = play("", new Promise(() => undefined));
    await clock.advance(60_000);
    expect(timeline.at(-1)).toBe("13 s ended HOST_ENDED");
  });

  it("has no waiting room when the script says 0s", async () => {
    const { clock, timeline } = play("waiting=0s");
    await clock.advance(60_000);
    expect(timeline).toEqual(["1 s IN_CALL", "11 s ended HOST_ENDED"]);
  });

  it("refuses at the door", async () => {
    const { clock, timeline } = play("refuse=1");
    await clock.advance(60_000);
    expect(timeline).toEqual(["1 s IN_WAITING_ROOM", "3 s refused MEETING_REFUSED"]);
  });

  it.each([
    ["before-join", []],
    ["waiting", ["1 s IN_WAITING_ROOM"]],
    ["after-join", ["1 s IN_WAITING_ROOM", "3 s IN_CALL"]],
  ])("crashes %s with the script's exit code", async (point, before) => {
    const { clock, timeline } = play(`crash=${point}&exit=9`);
    await clock.advance(60_000);
    expect(timeline.slice(0, before.length + 1)).toEqual([...before, "exit 9"]);
  });

  it("fails in the middle of the call", async () => {
    const { clock, timeline } = play("fail=mid-call");
    await clock.advance(60_000);
    expect(timeline.at(-1)).toBe("8 s The simulated meeting failed mid-call.");
  });

  it("freezes only once milo has heard how far it came", async () => {
    const { clock, timeline } = play("freeze=after-join", new Promise(() => undefined));
    await clock.advance(60_000);
    expect(timeline).not.toContain("frozen");
  });

  it("hangs until it is told to leave", async () => {
    const { clock, driver, timeline } = play("hang=waiting");
    await clock.advance(3_600_000);
    driver.leave("asked");
    await clock.advance(1_000);
    expect(timeline).toEqual(["1 s IN_WAITING_ROOM", "3601 s ended LEFT"]);
  });

  it("ignores milo's order but not SIGTERM when the script says so", async () => {
    const { clock, driver, timeline } = play("ignoreLeave=1");
    await clock.advance(4_000);
    driver.leave("asked");
    await clock.advance(2_000);
    expect(timeline.at(-1)).toBe("3 s IN_CALL");
    driver.leave("terminated");
    await clock.advance(1_000);
    expect(timeline.at(-1)).toBe("7 s ended LEFT");
  });
});
