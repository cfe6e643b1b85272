import { describe, expect, it } from "vitest";
import { changeLiveState, type LiveChange, startLiveState } from "./live-state.ts";

/** The state after changes that come a second apart, the first at 1 s. */
function after(...changes: LiveChange[]) {
  return changes.reduce((state, change, at) => changeLiveState(state, change, (at + 1) * 1_000), startLiveState(0));
}

describe("how current the console is", () => {
  it.each<[string, LiveChange[], string]>([
    ["is connecting before anything was told", ["heard"], "connecting"],
    ["is connected once nothing is missing", ["heard", "caughtUp"], "connected"],
    ["is stalled while the database is silent", ["caughtUp", "stalled"], "stalled"],
    ["is connected again when the database answers", ["caughtUp", "stalled", "resumed"], "connected"],
    ["is not connected by a database that answers while it has not caught up", ["lost", "resumed"], "reconnecting"],
    ["reconnects when the stream is lost, also while stalled", ["caughtUp", "stalled", "lost"], "reconnecting"],
    ["goes on reconnecting until it has caught up", ["caughtUp", "lost", "heard", "lost"], "reconnecting"],
    ["rests while hidden, whatever comes in late", ["caughtUp", "hidden", "lost", "caughtUp"], "hidden"],
    ["connects when it is looked at again", ["caughtUp", "hidden", "shown"], "connecting"],
  ])("%s", (_, changes, phase) => {
    expect(after(...changes).phase).toBe(phase);
  });

  it("knows since when, and until when what is shown was current", () => {
    expect(after("caughtUp", "heard", "lost")).toEqual({ phase: "reconnecting", sinceMs: 3_000, freshAtMs: 2_000 });
    expect(after("caughtUp", "lost", "heard", "lost")).toMatchObject({ sinceMs: 2_000, freshAtMs: 1_000 });
    expect(after("caughtUp", "heard", "hidden")).toMatchObject({ freshAtMs: 3_000 });
    expect(after("caughtUp", "lost", "caughtUp")).toEqual({ phase: "connected", sinceMs: 3_000, freshAtMs: 3_000 });
    expect(after("lost")).toEqual({ phase: "reconnecting", sinceMs: 1_000, freshAtMs: 0 });
  });
});
