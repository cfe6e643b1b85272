import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureHoldHazard, remainingMs } from "./hold-hazard.ts";
import type { PlatformSlots } from "./play-course.ts";
import type { WaitingBot } from "./queue-replay.ts";
import { drawReleases, orderByAge } from "./slot-releases.ts";
import { estimateWaits, foreseeQueue, HEAD_MOST, type WaitEstimate } from "./wait-estimate.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const anyMs = fc.integer({ min: 1, max: 4 * 60 * MINUTE_MS });
const anyEnded = fc.array(fc.record({ heldMs: anyMs, agoMs: fc.integer({ min: 0, max: DAY_MS }) }), {
  minLength: 1,
  maxLength: 40,
});
const anySlots = fc
  .record({ limit: fc.integer({ min: 1, max: 40 }), ended: anyEnded, agesMs: fc.array(anyMs, { maxLength: 40 }) })
  .map((seen): PlatformSlots => ({ platform: "k8s", windowMs: 7 * DAY_MS, opensInMs: 0, failingForMs: null, ...seen }));
const anyNewcomers = fc.array(fc.record({ priority: fc.nat(3), everyMs: fc.integer({ min: 10, max: DAY_MS }) }), {
  maxLength: 4,
});
const anyPatience = fc.integer({ min: 0, max: DAY_MS });

const onK8s = (givesUpInMs = DAY_MS): WaitingBot => ({
  priority: 0,
  opens: [{ platform: "k8s", inMs: 0 }],
  givesUpInMs,
});
const askAll = (head: readonly WaitingBot[]) => head.map(({ opens }, ahead) => ({ opens, ahead }));
const estimateAll = (platforms: readonly PlatformSlots[], head: readonly WaitingBot[]) =>
  estimateWaits({ platforms, newcomers: [] }, head, askAll(head)).map(known);

function known(told: ReturnType<typeof estimateWaits>[number]): WaitEstimate {
  if (typeof told === "string") throw new Error(`No estimate: ${told}`);
  return told;
}

const expectNotShorter = (later: WaitEstimate, sooner: WaitEstimate) => {
  expect(later.ms).toBeGreaterThanOrEqual(sooner.ms);
  expect(later.lowMs).toBeGreaterThanOrEqual(sooner.lowMs);
  expect(later.highMs).toBeGreaterThanOrEqual(sooner.highMs);
};

describe("an estimated wait", () => {
  it("is never negative, and lies between its low and its high", () => {
    fc.assert(
      fc.property(anySlots, fc.array(anyPatience, { maxLength: 30 }), (slots, patience) => {
        for (const { ms, lowMs, highMs } of estimateAll(
          [slots],
          patience.map((ms) => onK8s(ms)),
        )) {
          expect(lowMs).toBeGreaterThanOrEqual(0);
          expect(ms).toBeGreaterThanOrEqual(lowMs);
          expect(highMs).toBeGreaterThanOrEqual(ms);
        }
      }),
    );
  });

  it("never gets shorter further back in the queue, whoever gives up, nor beyond the part that is played", () => {
    fc.assert(
      fc.property(
        anySlots,
        fc.array(anyPatience, { minLength: 2, maxLength: 30 }),
        fc.nat(500),
        anyNewcomers,
        (slots, patience, n, newcomers) => {
          const head = patience.map((ms) => onK8s(ms));
          const far = [0, 1].map((more) => ({ opens: onK8s().opens, ahead: head.length + n + more }));
          const told = estimateWaits({ platforms: [slots], newcomers }, head, [...askAll(head), ...far]).map(known);
          for (const [place, one] of told.slice(1).entries()) expectNotShorter(one, told[place] ?? one);
        },
      ),
    );
  });

  it("never gets longer with another free slot", () => {
    fc.assert(
      fc.property(anySlots, fc.integer({ min: 1, max: 20 }), (slots, bots) => {
        const head = Array.from({ length: bots }, () => onK8s(Infinity));
        const tight = estimateAll([{ ...slots, limit: slots.agesMs.length + 1 }], head);
        const roomy = estimateAll([{ ...slots, limit: slots.agesMs.length + 2 }], head);
        for (const [place, one] of tight.entries()) expectNotShorter(one, roomy[place] ?? one);
      }),
    );
  });

  it("is nothing with a free slot for everyone ahead and oneself", () => {
    fc.assert(
      fc.property(anySlots, fc.nat(20), (slots, ahead) => {
        const roomy = { ...slots, limit: slots.agesMs.length + ahead + 1 };
        const told = estimateAll(
          [roomy],
          Array.from({ length: ahead + 1 }, () => onK8s()),
        );
        expect(told.at(-1)).toEqual({ ms: 0, lowMs: 0, highMs: 0 });
      }),
    );
  });

  it("is the time until a platform with room opens to the bot, known without any history", () => {
    fc.assert(
      fc.property(fc.nat(DAY_MS), fc.nat(DAY_MS), (stageMs, outageMs) => {
        const full: PlatformSlots = {
          platform: "k8s",
          limit: 1,
          opensInMs: 0,
          failingForMs: null,
          windowMs: 1,
          ended: [],
          agesMs: [5],
        };
        const room: PlatformSlots = { ...full, platform: "aws", opensInMs: outageMs, agesMs: [] };
        const opens = [...onK8s().opens, { platform: "aws" as const, inMs: stageMs }];
        const ms = Math.max(stageMs, outageMs);
        expect(estimateAll([full, room], [{ priority: 0, opens, givesUpInMs: 0 }])).toEqual([
          { ms, lowMs: ms, highMs: ms },
        ]);
      }),
    );
  });

  it("is the same for the same state", () => {
    fc.assert(
      fc.property(anySlots, fc.array(anyPatience, { maxLength: 10 }), (slots, patience) => {
        const head = patience.map((ms) => onK8s(ms));
        expect(estimateAll([slots], head)).toEqual(estimateAll([slots], head));
      }),
    );
  });
});

describe("a wait of which nothing can be said", () => {
  const slots: PlatformSlots = {
    platform: "k8s",
    limit: 1,
    opensInMs: 0,
    failingForMs: null,
    windowMs: DAY_MS,
    ended: [],
    agesMs: [1],
  };
  it.each([
    ["no_history", slots],
    ["no_slots", { ...slots, limit: 0 }],
    ["closed", { ...slots, opensInMs: null }],
    ["closed", { ...slots, platform: "aws" as const }],
  ])("says so: %s", (why, platform) => {
    expect(estimateWaits({ platforms: [platform], newcomers: [] }, [onK8s()], askAll([onK8s()]))).toEqual([why]);
    expect(
      estimateWaits({ platforms: [platform], newcomers: [] }, [], [{ opens: onK8s().opens, ahead: HEAD_MOST }]),
    ).toEqual([why]);
  });
});

describe("those ahead in the queue", () => {
  const slots: PlatformSlots = {
    ...{ platform: "k8s", limit: 1, opensInMs: 0, failingForMs: null, windowMs: DAY_MS, agesMs: [30 * MINUTE_MS] },
    ended: Array.from({ length: 50 }, () => ({ heldMs: 40 * MINUTE_MS, agoMs: MINUTE_MS })),
  };

  it("hold up nobody once they have given up", () => {
    const [, behindPatient] = estimateAll([slots], [onK8s(), onK8s()]);
    const [, behindImpatient] = estimateAll([slots], [onK8s(1), onK8s()]);
    const [alone] = estimateAll([slots], [onK8s()]);
    expect(behindImpatient).toEqual(alone);
    expect(behindPatient?.lowMs).toBeGreaterThan(alone?.highMs ?? Infinity);
  });

  it("hold up nobody who may use another platform", () => {
    const other: PlatformSlots = { ...slots, platform: "aws" };
    const onAws: WaitingBot = { priority: 0, opens: [{ platform: "aws", inMs: 0 }], givesUpInMs: DAY_MS };
    const [first, elsewhere] = estimateAll([slots, other], [onK8s(), onAws]);
    expect(elsewhere?.highMs).toBeLessThan(2 * (first?.highMs ?? 0));
  });

  it("leave slots over a lowered limit to nobody", () => {
    const over = { ...slots, agesMs: [0, 30 * MINUTE_MS] };
    const [lowered] = estimateAll([over], [onK8s()]);
    const [kept] = estimateAll([{ ...over, limit: 2 }], [onK8s()]);
    expect(lowered?.lowMs).toBeGreaterThan(kept?.highMs ?? Infinity);
  });

  it("are joined by those of a higher priority who keep coming, and by no others", () => {
    const estimate = (priority: number) => {
      const newcomers = [{ priority, everyMs: 5 * MINUTE_MS }];
      return known(
        estimateWaits({ platforms: [slots], newcomers }, [onK8s(), onK8s()], [{ opens: onK8s().opens, ahead: 1 }])[0] ??
          "closed",
      );
    };
    expect(estimate(0)).toEqual(estimateAll([slots], [onK8s(), onK8s()])[1]);
    expect(estimate(1).ms).toBeGreaterThan(estimate(0).ms + 40 * MINUTE_MS);
  });
});

describe("the work of an estimate", () => {
  const busy = (slots: number, free: number): PlatformSlots => ({
    ...{ platform: "k8s", limit: slots, opensInMs: 0, failingForMs: null, windowMs: DAY_MS },
    ended: Array.from({ length: 200 }, (_, n) => ({ heldMs: (20 + n / 4) * MINUTE_MS, agoMs: 0 })),
    agesMs: Array.from({ length: slots - free }, (_, n) => ((n * 7_919) % 3_000_000) + 1),
  });
  const head = Array.from({ length: HEAD_MOST }, () => onK8s());

  it.each([0, 5_000, 10_000])("does not grow with the slots, %i of 10,000 of which are free", (free) => {
    const few = foreseeQueue({ platforms: [busy(1_000, 0)], newcomers: [] }, head);
    const many = foreseeQueue({ platforms: [busy(10_000, free)], newcomers: [] }, head);
    expect(many.steps).toBeLessThan(1.5 * few.steps);
  });

  it("draws for hardly more slots than are wanted, as if each had a draw of its own", () => {
    const { agesMs, ...watched } = busy(10_000, 0);
    const hold = measureHoldHazard([{ ...watched, agesMs }]);
    const numbers = createNumbers();
    const wanted = 500;
    const [told, each]: [number[], number[]] = [[], []];
    let draws = 0;
    for (let course = 0; course < 30; course++) {
      const draw = () => {
        draws++;
        return -Math.log(numbers());
      };
      told.push(drawReleases(hold, orderByAge(hold, agesMs), wanted, draw, numbers).at(-1) ?? 0);
      const all = agesMs.map((ageMs) => remainingMs(hold, ageMs, -Math.log(numbers())));
      each.push(all.sort((a, b) => a - b)[wanted - 1] ?? 0);
    }
    expect(draws / 30).toBeLessThan(3 * wanted);
    const mean = (values: number[]) => values.reduce((sum, ms) => sum + ms, 0) / values.length;
    expect(Math.abs(mean(told) / mean(each) - 1)).toBeLessThan(0.05);
  });
});

/** Numbers in (0, 1), the same each time. */
function createNumbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
