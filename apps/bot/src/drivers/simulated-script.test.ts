import { describe, expect, it } from "vitest";
import { readMeetingScript } from "./simulated-script.ts";

const at = (query: string) => readMeetingScript(`https://meet.example/abc${query}`);

describe("a meeting script", () => {
  it("is an ordinary short call when the URL says nothing", () => {
    expect(at("")).toEqual({
      joinMs: 500,
      waitingMs: 1_000,
      callMs: 30_000,
      leaveMs: 200,
      refuse: false,
      fail: null,
      crash: null,
      hang: null,
      freeze: null,
      exit: null,
      ignoreLeave: false,
    });
  });

  it("reads durations with their units", () => {
    expect(at("?join=250ms&waiting=0s&call=1.5m&leave=1h")).toMatchObject({
      joinMs: 250,
      waitingMs: 0,
      callMs: 90_000,
      leaveMs: 3_600_000,
    });
  });

  it("takes 1 for the most telling point", () => {
    expect(at("?crash=1&hang=mid-call&exit=3")).toMatchObject({ crash: "after-join", hang: "mid-call", exit: 3 });
  });

  it.each([
    ["?call=20&pwd=secret", "call must be a duration"],
    ["?join=-1s", "join must be a duration"],
    ["?refuse=yes", "refuse must be 1 or 0"],
    ["?crash=sometimes", "crash must be 1 or one of before-join"],
    ["?exit=256", "exit must be an exit code"],
  ])("refuses %s and names the parameter only", (query, sentence) => {
    expect(() => at(query)).toThrow(sentence);
    expect(() => at(query)).not.toThrow("secret");
  });

  it("leaves parameters of real meetings alone", () => {
    expect(at("?pwd=abc&tk=1")).toEqual(at(""));
  });
});
