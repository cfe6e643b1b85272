import { BOT_API, type BotEvent } from "@milo/bot-contract";
import type { Effects } from "../effects/effects.ts";
import { createTestClock } from "./test-clock.ts";

type FakeCall = { path: string; bootId: string; events: readonly BotEvent[]; atMs: number };
type Reply = { status: number; body: unknown };

export const MEETING_URL = "https://meet.example/abc?pwd=secret";
export const ENVIRONMENT = {
  MILO_URL: "http://milo.test",
  MILO_LAUNCH_KEY: "bot-abc234-7-a1",
  MILO_ATTEMPT_TOKEN: "token",
};
export const DOWN = "down" as const;

/** Effects whose fetch is a milo in memory, under a clock that the test moves. Answers can be changed at any time. */
export function createFakeMilo(meetingUrl = MEETING_URL) {
  const clock = createTestClock();
  const calls: FakeCall[] = [];
  const lines: string[] = [];
  let status = "DEPLOYING";
  let ids = 0;
  const configuration = {
    botId: 7,
    botName: "Notes",
    meetingPlatform: "zoom" as const,
    meetingUrl,
    maxDurationMs: 3_600_000,
  };
  /** What each call is answered; `DOWN` = no answer; a function decides per call. */
  const answers = {
    claim: (): Reply | typeof DOWN => ({
      status: 200,
      body: { accepted: true, configuration, leaseMs: 60_000, heartbeatIntervalMs: 10_000 },
    }),
    heartbeat: (): Reply | typeof DOWN => ({ status: 200, body: { accepted: true, leave: false, leaseMs: 60_000 } }),
    events: (_call: FakeCall): Reply | typeof DOWN => ({ status: 200, body: { accepted: true, leave: false, status } }),
  };

  const fetchFromMilo: typeof fetch = async (url, init) => {
    const path = new URL(String(url)).pathname;
    const body = JSON.parse(String(init?.body));
    const call: FakeCall = { path, bootId: body.bootId, events: body.events ?? [], atMs: clock.monotonicMs() };
    calls.push(call);
    if (path === BOT_API.events) status = call.events.findLast((event) => event.status)?.status ?? status;
    const name = path === BOT_API.claim ? "claim" : path === BOT_API.heartbeat ? "heartbeat" : "events";
    const reply = answers[name](call);
    if (reply === DOWN) throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    return new Response(JSON.stringify(reply.body), { status: reply.status });
  };

  const effects: Effects = {
    fetch: fetchFromMilo,
    clock,
    random: () => 0.5,
    newId() {
      ids += 1;
      return `id-${String(ids).padStart(8, "0")}`;
    },
    log: (level, message, fields) => lines.push(JSON.stringify({ level, message, ...fields })),
  };
  return {
    effects,
    clock,
    calls,
    lines,
    answers,
    configuration,
    callsTo: (path: string) => calls.filter((call) => call.path === path),
    /** Statuses in the order they were sent, repeats included. */
    sentStatuses: () => calls.flatMap((call) => call.events.flatMap((event) => event.status ?? [])),
  };
}
