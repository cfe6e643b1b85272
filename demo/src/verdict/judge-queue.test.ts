import { describe, expect, it } from "vitest";
import { judgeExpiry, judgeQueueDrains, judgeStopQueued, judgeStopRunning } from "./judge-queue.ts";
import { attempt, bot, queuedAt, record, run } from "./record.testkit.ts";
import { toVerdict } from "./scenario.ts";

describe("judgeQueueDrains", () => {
  const cast = { bots: [1, 2, 3] };
  const drained = (reserved: number[], stage: "k8s" | "global" = "global") =>
    reserved.map((reservedAtMs, n) =>
      bot(n + 1, { entry: queuedAt(1_000 + n, { stage }), deployments: [attempt({ reservedAtMs })] }),
    );
  const started = (times: number[]) => times.map((startMs, n) => run(n + 1, { startMs }));
  const judged = (...facts: Parameters<typeof record>) =>
    toVerdict("queue-drains", judgeQueueDrains(record(...facts), cast)).ok;

  it("is seen when all waited for any platform and started in order of arrival", () => {
    expect(judged(drained([2_000, 3_000, 4_000]), started([2_100, 3_100, 4_100]))).toBe(true);
  });

  it("is not seen when somebody still waits", () => {
    expect(judged(drained([2_000, 3_000, 4_000]), started([2_100, 3_100, 4_100]), { waiting: 1 })).toBe(false);
  });

  it("is not seen when they waited for one platform only", () => {
    expect(judged(drained([2_000, 3_000, 4_000], "k8s"), started([2_100, 3_100, 4_100]))).toBe(false);
  });

  it("is not seen when a later arrival was placed first", () => {
    expect(judged(drained([3_000, 2_000, 4_000]), started([2_100, 3_100, 4_100]))).toBe(false);
  });

  it("is not seen when containers started in another order", () => {
    expect(judged(drained([2_000, 3_000, 4_000]), started([3_100, 2_100, 4_100]))).toBe(false);
  });

  it("is not seen when a limit was passed meanwhile", () => {
    const facts = [drained([2_000, 3_000, 4_000]), started([2_100, 3_100, 4_100])] as const;
    expect(judged(...facts, { mostAtOnce: { aws: 3 } })).toBe(false);
  });
});

describe("judgeExpiry", () => {
  const cast = { bot: 1, queueTimeoutMs: 2_000 };
  const expired = (facts: Parameters<typeof bot>[1] = {}) =>
    bot(1, {
      status: "FATAL",
      statusCode: "QUEUE_TIMEOUT",
      statusReason: "No slot came free within 2 s",
      finishedAtMs: 3_010,
      deployments: [],
      ...facts,
    });
  const judged = (one = expired(), runs: ReturnType<typeof run>[] = []) =>
    toVerdict("expiry", judgeExpiry(record([one], runs), cast)).ok;

  it("is seen when the bot ends with a reason at its deadline and nothing ran", () => {
    expect(judged()).toBe(true);
  });

  it.each([
    ["it gave up early", expired({ finishedAtMs: 2_900 })],
    ["it gives no reason", expired({ statusReason: null })],
    ["it ended for another cause", expired({ statusCode: "ATTEMPTS_EXHAUSTED" })],
    ["an attempt was made", expired({ deployments: [attempt()] })],
  ])("is not seen when %s", (_, one) => {
    expect(judged(one)).toBe(false);
  });

  it("is not seen when a platform ran something for it", () => {
    expect(judged(expired(), [run(1)])).toBe(false);
  });
});

describe("judgeStopQueued", () => {
  const cancelled = bot(1, {
    status: "CANCELLED",
    stopRequestedAtMs: 1_500,
    entry: queuedAt(1_000, { status: "CANCELLED" }),
    deployments: [],
  });
  const judged = (one = cancelled, runs: ReturnType<typeof run>[] = []) =>
    toVerdict("stop-queued", judgeStopQueued(record([one], runs), { bot: 1 })).ok;

  it("is seen when the bot is cancelled and nothing ever ran", () => {
    expect(judged()).toBe(true);
  });

  it("is not seen when it ran after all, or its entry stays open", () => {
    expect(judged(cancelled, [run(1)])).toBe(false);
    expect(judged({ ...cancelled, entry: queuedAt(1_000, { status: "WAITING" }) })).toBe(false);
  });
});

describe("judgeStopRunning", () => {
  const cast = { stopped: 1, successor: 2 };
  const left = attempt({ phase: "ENDED", outcome: "completed", endedAtMs: 5_000 });
  const stopped = bot(1, { status: "DONE", stopRequestedAtMs: 4_000, deployments: [left] });
  const successor = bot(2, { deployments: [attempt({ reservedAtMs: 5_001 })] });
  const exited = run(1, { endMs: 4_900, exit: "code 0" });
  const next = run(2, { startMs: 5_300 });
  const judged = (bots = [stopped, successor], runs = [exited, next]) =>
    toVerdict("stop-running", judgeStopRunning(record(bots, runs), cast)).ok;

  it("is seen when the bot leaves by itself and the next one has its slot", () => {
    expect(judged()).toBe(true);
  });

  it("takes an order to stop that came after the exit for what it is: tidying up", () => {
    expect(judged(undefined, [{ ...exited, toldToStopAtMs: 4_901 }, next])).toBe(true);
  });

  it.each([
    ["the platform had to stop it", [{ ...exited, toldToStopAtMs: 4_500 }, next]],
    ["it crashed", [{ ...exited, exit: "code 1" }, next]],
    ["it still runs", [{ ...exited, endMs: null, exit: null }, next]],
    ["the next one started before it had ended", [exited, { ...next, startMs: 4_800 }]],
    ["nobody took its slot", [exited]],
  ])("is not seen when %s", (_, runs) => {
    expect(judged(undefined, runs)).toBe(false);
  });

  it("is not seen when the slot was given away before it was free", () => {
    const early = bot(2, { deployments: [attempt({ reservedAtMs: 4_999 })] });
    expect(judged([stopped, early])).toBe(false);
  });
});
