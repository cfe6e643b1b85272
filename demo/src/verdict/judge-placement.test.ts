import type { DeploymentPlatform } from "@milo/placement";
import { describe, expect, it } from "vitest";
import { judgeFailover, judgeFill, judgePriority, judgeSpill, judgeWait } from "./judge-placement.ts";
import { attempt, bot, queuedAt, record, run } from "./record.testkit.ts";
import { toVerdict } from "./scenario.ts";

const IN_ORDER: DeploymentPlatform[] = ["k8s", "k8s", "k8s", "aws", "aws", "coolify"];

describe("judgeFill", () => {
  const cast = { bots: [1, 2, 3, 4, 5, 6] };
  const placed = (platforms: DeploymentPlatform[]) =>
    platforms.map((platform, n) => bot(n + 1, { entry: queuedAt(1_000 + n), deployments: [attempt({ platform })] }));
  const ran = (platforms: DeploymentPlatform[]) => platforms.map((platform, n) => run(n + 1, { platform }));
  const judged = (...facts: Parameters<typeof record>) => toVerdict("fill", judgeFill(record(...facts), cast)).ok;

  it("is seen when platforms fill up in order of preference", () => {
    expect(judged(placed(IN_ORDER), ran(IN_ORDER))).toBe(true);
  });

  it("is not seen when a later platform was used before an earlier one was full", () => {
    const other: DeploymentPlatform[] = ["k8s", "k8s", "aws", "k8s", "aws", "coolify"];
    expect(judged(placed(other), ran(other))).toBe(false);
  });

  it("is not seen when the platforms ran something else than the database says", () => {
    expect(judged(placed(IN_ORDER), ran(["k8s", "k8s", "k8s", "aws", "coolify", "aws"]))).toBe(false);
  });

  it("is not seen when a platform ever ran more containers than its limit", () => {
    expect(judged(placed(IN_ORDER), ran(IN_ORDER), { mostAtOnce: { k8s: 4 } })).toBe(false);
  });

  it("is not seen when a platform never was full", () => {
    expect(judged(placed(IN_ORDER), ran(IN_ORDER), { mostAtOnce: { coolify: 0 } })).toBe(false);
  });
});

describe("judgePriority", () => {
  const cast = { lowToHigh: [1, 2, 3] };
  const took = (times: number[]) =>
    times.map((reservedAtMs, n) =>
      bot(n + 1, { entry: queuedAt(1_000 + n), deployments: [attempt({ reservedAtMs })] }),
    );
  const started = (times: number[]) => times.map((startMs, n) => run(n + 1, { startMs }));
  const judged = (times: number[], starts: number[]) =>
    toVerdict("priority", judgePriority(record(took(times), started(starts)), cast)).ok;

  it("is seen when the most urgent one starts first, whoever came first", () => {
    expect(judged([4_000, 3_000, 2_000], [4_100, 3_100, 2_100])).toBe(true);
  });

  it("is not seen when slots are taken in order of arrival", () => {
    expect(judged([2_000, 3_000, 4_000], [2_100, 3_100, 4_100])).toBe(false);
  });

  it("is not seen when containers start in another order than slots were taken", () => {
    expect(judged([4_000, 3_000, 2_000], [3_100, 4_100, 2_100])).toBe(false);
  });

  it("is not seen when one of them never ran", () => {
    expect(judged([4_000, 3_000, 2_000], [4_100, 3_100])).toBe(false);
  });

  it("is not seen when the first was placed before the others had come", () => {
    expect(judged([4_000, 3_000, 1_001], [4_100, 3_100, 1_100])).toBe(false);
  });
});

describe("judgeWait", () => {
  const cast = { holder: 1, waiter: 2, waitMs: 12_000 };
  const holder = bot(1, { status: "DONE", deployments: [attempt({ slotNo: 3, endedAtMs: 5_000 })] });
  const holderRun = run(1, { endMs: 4_800, exit: "code 0" });
  const waiter = (facts: Parameters<typeof attempt>[0] = {}) =>
    bot(2, { deployments: [attempt({ slotNo: 3, reservedAtMs: 5_001, ...facts })] });
  const judged = (second = waiter(), secondRun = run(2, { startMs: 5_400 })) =>
    toVerdict("wait", judgeWait(record([holder, second], [holderRun, secondRun]), cast)).ok;

  it("is seen when the freed slot is taken over in time", () => {
    expect(judged()).toBe(true);
  });

  it.each([
    ["the bot went to another platform", waiter({ platform: "aws" }), run(2, { platform: "aws", startMs: 5_400 })],
    [
      "the bot got its place only after its wait was over",
      waiter({ reservedAtMs: 13_500 }),
      run(2, { startMs: 14_000 }),
    ],
    ["the bot took another slot", waiter({ slotNo: 2 }), run(2, { startMs: 5_400 })],
    ["the container started before the slot's last one had ended", waiter(), run(2, { startMs: 4_700 })],
  ])("is not seen when %s", (_, second, secondRun) => {
    expect(judged(second, secondRun)).toBe(false);
  });
});

describe("judgeSpill", () => {
  const cast = { bot: 4, waitMs: 12_000 };
  const holders = [run(1), run(2), run(3)];
  const spilled = (facts: Parameters<typeof attempt>[0] = {}) =>
    bot(4, { deployments: [attempt({ platform: "aws", reservedAtMs: 13_000, ...facts })] });
  const onAws = run(4, { platform: "aws", startMs: 13_400 });
  const judged = (one = spilled(), runs = [...holders, onAws]) =>
    toVerdict("spill", judgeSpill(record([one], runs), cast)).ok;

  it("is seen when the bot goes to the next platform after its whole wait", () => {
    expect(judged()).toBe(true);
  });

  it.each([
    ["it went there before its wait was over", spilled({ reservedAtMs: 12_900 }), undefined],
    ["it found its place on the first platform", spilled({ platform: "k8s" }), undefined],
    ["the first platform had room", spilled(), [run(1), run(2), onAws]],
    ["nothing ran", spilled(), holders],
  ])("is not seen when %s", (_, one, runs) => {
    expect(judged(one, runs)).toBe(false);
  });
});

describe("judgeFailover", () => {
  const failed = attempt({
    claimedAtMs: null,
    phase: "ENDED",
    failureClass: "config",
    reason: "ErrImagePull: failed to pull image",
  });
  const second = attempt({ attempt: 2, platform: "aws" });
  const onAws = run(1, { attempt: 2, platform: "aws" });
  const judged = (deployments: ReturnType<typeof attempt>[], runs: ReturnType<typeof run>[]) =>
    toVerdict("failover", judgeFailover(record([bot(1, { deployments })], runs), { bot: 1 })).ok;

  it("is seen when the second platform runs what the first could not start", () => {
    expect(judged([failed, second], [onAws])).toBe(true);
  });

  it("is not seen without a recorded reason", () => {
    expect(judged([{ ...failed, reason: null }, second], [onAws])).toBe(false);
  });

  it("is not seen when the failed attempt ran all the same", () => {
    expect(judged([failed, second], [run(1), onAws])).toBe(false);
  });

  it("is not seen when the second attempt was never claimed", () => {
    expect(judged([failed, { ...second, claimedAtMs: null }], [onAws])).toBe(false);
  });
});
