import { describe, expect, it } from "vitest";
import type { LivePhase } from "./live-state.ts";
import { createLiveStream, type LiveListener } from "./live-stream.ts";
import { createTestClock } from "./test-clock.testkit.ts";

type Opened = LiveListener & { lastEventId: string | undefined; botIds: readonly number[]; isOpen: boolean };

function start() {
  const clock = createTestClock();
  const opened: Opened[] = [];
  const phases: LivePhase[] = [];
  const messages: string[] = [];
  const stream = createLiveStream({
    clock,
    open(viewer, listener) {
      const one = { ...viewer, ...listener, isOpen: true };
      opened.push(one);
      return {
        close() {
          one.isOpen = false;
        },
      };
    },
    onMessage: ({ type }) => messages.push(type),
    onState: ({ phase }) => phases.push(phase),
  });
  const last = () => opened.at(-1) ?? expect.fail("nothing was opened");
  const open = () => opened.filter(({ isOpen }) => isOpen);
  return { clock, opened, phases, messages, stream, last, open };
}

function startConnected() {
  const started = start();
  started.stream.begin("1~0");
  started.stream.setVisible(true);
  started.last().told({ type: "connected" }, "7~0");
  return started;
}

describe("the one stream of a tab", () => {
  it("is opened when the tab is looked at, from where the page was read", () => {
    const { stream, opened, last, phases } = start();
    stream.begin("1~0");
    expect(opened).toHaveLength(0);
    stream.setVisible(true);
    expect(last().lastEventId).toBe("1~0");
    last().told({ type: "connected" }, "7~0");
    expect(phases).toEqual(["connected"]);
  });

  it("is closed while the tab is hidden and goes on after the last it was told", () => {
    const { clock, stream, opened, open, last, phases } = startConnected();
    stream.setVisible(false);
    expect(open()).toHaveLength(0);
    clock.pass(60_000);
    expect(opened).toHaveLength(1);
    stream.setVisible(true);
    expect(last().lastEventId).toBe("7~0");
    last().told({ type: "connected" }, "9~0");
    expect(phases).toEqual(["connected", "hidden", "connecting", "connected"]);
  });

  it("is not opened in a tab that is hidden from the start", () => {
    const { clock, stream, opened, phases } = start();
    stream.setVisible(false);
    clock.pass(60_000);
    expect([opened.length, phases]).toEqual([0, ["hidden"]]);
  });

  it("tries again soon after it is lost, ever later while that fails, and soon again after it held", () => {
    const { clock, stream, opened, open, last } = startConnected();
    const waits: number[] = [];
    for (let n = 0; n < 8; n++) {
      const count = opened.length;
      last().lost();
      expect(open()).toHaveLength(0);
      const lostMs = clock.nowMs();
      while (opened.length === count) clock.pass(10);
      waits.push(clock.nowMs() - lostMs);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    last().told({ type: "connected" }, "8~0");
    last().lost();
    clock.pass(250);
    expect(open()).toHaveLength(1);
    expect(stream).toBeDefined();
  });

  it("gives a connection up that says nothing, and not one that was heard", () => {
    const { clock, stream, opened, last, phases } = start();
    stream.setVisible(true);
    clock.pass(4_999);
    expect(phases).toEqual([]);
    clock.pass(1);
    expect(phases).toEqual(["reconnecting"]);
    clock.pass(250);
    last().heard();
    clock.pass(60_000);
    expect(opened).toHaveLength(2);
  });

  it("hears nothing more from a connection that it gave up", () => {
    const { clock, last, messages, opened } = startConnected();
    const old = last();
    old.lost();
    clock.pass(250);
    old.told({ type: "connected" }, "99~0");
    old.lost();
    clock.pass(60);
    expect([messages.length, opened.length, last().lastEventId]).toEqual([1, 2, "7~0"]);
  });

  it("is opened anew, without a word of it, for heartbeats of bots that it does not tell of yet", () => {
    const { stream, opened, open, last, phases } = startConnected();
    stream.watch([1, 2]);
    expect([last().botIds, last().lastEventId, open().length]).toEqual([[1, 2], "7~0", 1]);
    stream.watch([2]);
    expect(opened).toHaveLength(2);
    expect(phases).toEqual(["connected"]);
  });

  it("tries at once when asked to", () => {
    const { stream, opened, last } = startConnected();
    last().lost();
    stream.retryNow();
    expect(opened).toHaveLength(2);
    stream.retryNow();
    expect(opened).toHaveLength(2);
  });
});
