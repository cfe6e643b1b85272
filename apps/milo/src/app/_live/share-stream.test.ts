import { describe, expect, it } from "vitest";
import type { LiveMessage } from "#server/api/services/live/live-service.ts";
import { createLiveStream, type LiveListener } from "./live-stream.ts";
import type { Said } from "./said.ts";
import { createSharedStream } from "./share-stream.ts";
import { createTestClock } from "./test-clock.testkit.ts";

type Opened = LiveListener & {
  tab: string;
  lastEventId: string | undefined;
  botIds: readonly number[];
  isOpen: boolean;
};

/** Tabs of one browser: what one says is heard by the others at once, and one seat goes from tab to tab in line. */
function startBrowser() {
  const clock = createTestClock();
  const opened: Opened[] = [];
  const ears = new Map<string, (said: Said) => void>();
  let line: { tab: string; change(isHeld: boolean): void }[] = [];
  let seated: string | undefined;

  function seatNext(): void {
    const [next] = line;
    if (next?.tab === seated) return;
    seated = next?.tab;
    next?.change(true);
  }

  function stand(tab: string, change: (isHeld: boolean) => void): void {
    line.push({ tab, change });
    clock.after(0, seatNext);
  }

  function leave(tab: string): void {
    line = line.filter((one) => one.tab !== tab);
    clock.after(0, seatNext);
  }

  function steal(tab: string): void {
    const robbed = line.find((one) => one.tab === seated);
    line = [...line.filter((one) => one.tab === tab), ...line.filter((one) => one.tab !== tab)];
    clock.after(0, () => {
      seatNext();
      robbed?.change(false);
    });
  }

  function openTab(tab: string, cursor?: string) {
    const told: string[] = [];
    let isFrozen = false;
    const put: (() => void)[] = [];
    /** What happens to a frozen tab happens when it wakes, in the same order. */
    const awake = (run: () => void) => {
      if (isFrozen || put.length > 0) put.push(run);
      else run();
    };
    const tabClock = { ...clock, after: (ms: number, run: () => void) => clock.after(ms, () => awake(run)) };
    const freeze = () => {
      isFrozen = true;
    };
    const wake = () => {
      isFrozen = false;
      for (let run = put[0]; run !== undefined; run = put[0]) {
        run();
        put.shift();
      }
      clock.pass(0);
    };
    const shared = createSharedStream({
      tab,
      clock: tabClock,
      openOwn(viewer, listener) {
        const one = { tab, ...viewer, ...listener, isOpen: true };
        opened.push(one);
        return {
          close() {
            one.isOpen = false;
          },
        };
      },
      openTabs(_, hear) {
        ears.set(tab, (said) => awake(() => hear(said)));
        return {
          say(said) {
            for (const [other, ear] of ears) if (other !== tab) ear(said);
          },
          seat: {
            want: (change) => stand(tab, (isHeld) => awake(() => change(isHeld))),
            steal: () => steal(tab),
            leave: () => leave(tab),
          },
          close: () => void ears.delete(tab),
        };
      },
      reopen: () => stream.reopen(),
    });
    const phases: string[] = [];
    const stream = createLiveStream({
      open: shared.open,
      clock: tabClock,
      onMessage: (message) => {
        told.push(message.type === "heartbeats" ? message.heartbeats.map(({ botId }) => botId).join() : message.type);
      },
      onState: ({ phase }) => phases.push(phase),
    });
    const show = (isVisible: boolean) => {
      if (isVisible) shared.setVisible(true);
      stream.setVisible(isVisible);
      if (!isVisible) shared.setVisible(false);
      clock.pass(0);
    };
    /** As a tab that is killed: nothing is said, the browser gives its lock to the next. */
    const die = () => {
      ears.delete(tab);
      for (const one of opened) if (one.tab === tab) one.isOpen = false;
      leave(tab);
      clock.pass(0);
    };
    if (cursor !== undefined) stream.begin(cursor);
    show(true);
    return { told, phases, stream, show, die, freeze, wake };
  }

  const last = () => opened.at(-1) ?? expect.fail("nothing was opened");
  return { clock, opened, openTab, last, open: () => opened.filter(({ isOpen }) => isOpen) };
}

const EVENTS: LiveMessage = { type: "events", botEvents: [], platformEvents: [] };
const CONNECTED: LiveMessage = { type: "connected" };

/** A holder that is connected and two that follow it. */
function startThree() {
  const browser = startBrowser();
  const first = browser.openTab("first", "1~0");
  browser.last().told(CONNECTED, "1~0");
  const second = browser.openTab("second", "1~0");
  const third = browser.openTab("third", "1~0");
  return { ...browser, first, second, third };
}

describe("the tabs of one browser", () => {
  it("have one stream between them, and all are told what it says", () => {
    const { open, last, first, second, third } = startThree();
    expect(open()).toHaveLength(1);
    last().told(EVENTS, "2~0");
    for (const { told, phases } of [first, second, third]) {
      expect([told, phases]).toEqual([["connected", "events"], ["connected"]]);
    }
  });

  it("are told, when they come later, what came after their page was read", () => {
    const { last, openTab } = startThree();
    last().told(EVENTS, "2~0");
    last().told(EVENTS, "3~0");
    expect(openTab("fourth", "2~0").told).toEqual(["events", "connected"]);
    expect(openTab("fifth", "3~0").told).toEqual(["connected"]);
    expect(openTab("sixth", "77~0").told).toEqual(["reset"]);
  });

  it.each(["is hidden", "dies"])("go on from their last cursor when the one that holds the stream %s", (how) => {
    const { open, last, first, second, third } = startThree();
    last().told(EVENTS, "2~0");
    if (how === "dies") first.die();
    else first.show(false);
    expect(open()).toEqual([expect.objectContaining({ tab: "second", lastEventId: "2~0" })]);
    last().told(EVENTS, "5~0");
    last().told(CONNECTED, "5~0");
    for (const { told, phases } of [second, third]) {
      expect(told.filter((type) => type === "events")).toHaveLength(2);
      expect(phases).toEqual(["connected"]);
    }
    last().told(EVENTS, "6~0");
    expect(third.told.at(-1)).toBe("events");
  });

  it("bring up to date who was ahead or behind of the next holder", () => {
    const { last, first, third, openTab } = startThree();
    third.show(false);
    last().told(EVENTS, "2~0");
    third.show(true);
    expect(third.told).toEqual(["connected", "events", "connected"]);
    first.die();
    last().told(CONNECTED, "2~0");
    expect(openTab("fourth", "1~0").told).toEqual(["events", "connected"]);
  });

  it("all say that the stream is lost, and that it is back as soon as it is", () => {
    const { clock, last, second, third } = startThree();
    last().lost();
    expect([second.phases, third.phases]).toEqual([
      ["connected", "reconnecting"],
      ["connected", "reconnecting"],
    ]);
    clock.pass(60_000);
    last().told(EVENTS, "9~0");
    last().told(CONNECTED, "9~0");
    for (const { told, phases } of [second, third]) {
      expect([told.filter((type) => type === "events").length, phases.at(-1)]).toEqual([1, "connected"]);
    }
  });

  it("say that they are stalled, also when they come later", () => {
    const { last, second, openTab } = startThree();
    last().told({ type: "stalled" }, null);
    // Not connected in between either, for then what could not be read would be asked for at once.
    expect([second.phases.at(-1), openTab("fourth", "1~0").phases]).toEqual(["stalled", ["stalled"]]);
    last().told({ type: "resumed" }, null);
    expect(second.phases.at(-1)).toBe("connected");
  });

  it("are stalled and not without milo while the stream that they wait for is, and connected once it is", () => {
    const { openTab, last, clock } = startBrowser();
    openTab("first");
    const early = openTab("early");
    last().told({ type: "stalled" }, null);
    const late = openTab("late");
    for (let turn = 0; turn < 5; turn++) {
      clock.pass(2_000);
      last().heard();
    }
    expect([early.phases, late.phases]).toEqual([["stalled"], ["stalled"]]);
    last().told(CONNECTED, "1~0");
    expect([early.phases, late.phases]).toEqual(Array(2).fill(["stalled", "connected"]));
  });

  it("do not believe a holder that has gone silent", () => {
    const { clock, last, second } = startThree();
    clock.pass(4_000);
    last().heard();
    clock.pass(4_999);
    expect(second.phases).toEqual(["connected"]);
    clock.pass(1);
    expect(second.phases).toEqual(["connected", "reconnecting"]);
  });

  it("take the stream from a holder that is frozen, one of them alone, and have it back as a follower", () => {
    const { clock, open, opened, last, first, second, third } = startThree();
    first.freeze();
    clock.pass(22_500);
    expect(opened.map(({ tab }) => tab)).toEqual(["first", "second"]);
    last().told(EVENTS, "4~0");
    last().told(CONNECTED, "4~0");
    for (const { told, phases } of [second, third]) {
      expect([told.filter((type) => type === "events").length, phases.at(-1)]).toEqual([1, "connected"]);
    }
    first.wake();
    expect(open().map(({ tab }) => tab)).toEqual(["second"]);
    expect([first.told, first.phases.at(-1)]).toEqual([["connected", "events", "connected"], "connected"]);
  });

  it("leave the seat to a holder that runs though its stream is lost for long", () => {
    const { clock, opened, last } = startThree();
    last().lost();
    clock.pass(120_000);
    expect(new Set(opened.map(({ tab }) => tab))).toEqual(new Set(["first"]));
  });

  it("do not take their own sleep for the silence of the holder", () => {
    const { clock, opened, second, third } = startThree();
    for (const one of [second, third]) one.freeze();
    clock.pass(600_000);
    for (const one of [second, third]) one.wake();
    clock.pass(10_000);
    expect(opened.map(({ tab }) => tab)).toEqual(["first"]);
  });

  it("are told of the heartbeats of their own bots, at most 200 between them", () => {
    const { clock, last, first, second, third } = startThree();
    first.stream.watch([1]);
    second.stream.watch([2, 3]);
    last().told(CONNECTED, "1~0");
    clock.pass(500);
    expect(last().botIds).toEqual([1, 2, 3]);
    last().told(CONNECTED, "1~0");
    last().told({ type: "heartbeats", heartbeats: [1, 2, 4].map((botId) => ({ botId, ageMs: 0 })) }, null);
    expect([second.told.at(-1), third.told.at(-1)]).toEqual(["2", "connected"]);
    third.stream.watch(Array.from({ length: 200 }, (_, n) => 1_000 + n));
    clock.pass(500);
    expect([last().botIds.length, last().botIds.slice(0, 2)]).toEqual([200, [1, 1_000]]);
    expect(second.phases).toEqual(["connected"]);
  });

  it("are all signed out together, and let in again together", () => {
    const { opened, last, first, second, openTab } = startThree();
    last().refused();
    expect([first.phases.at(-1), second.phases.at(-1)]).toEqual(["signedOut", "signedOut"]);
    const count = opened.length;
    const signedIn = openTab("fourth", "1~0");
    expect(opened).toHaveLength(count + 1);
    last().told(CONNECTED, "1~0");
    expect([first, second, signedIn].map(({ phases }) => phases.at(-1))).toEqual(Array(3).fill("connected"));
  });
});

it("asks nothing of the clock where tabs cannot speak to each other, however often it is shown", () => {
  let armed = 0;
  const after = () => {
    armed++;
    return () => undefined;
  };
  const openOwn = () => ({ close: () => undefined });
  const alone = createSharedStream({
    tab: "alone",
    clock: { after, random: () => 0 },
    openOwn,
    openTabs: () => null,
    reopen: () => undefined,
  });
  for (let n = 0; n < 10; n++) {
    alone.setVisible(true);
    alone.setVisible(false);
  }
  expect(armed).toBe(0);
});
