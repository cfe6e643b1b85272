import { describe, expect, it } from "vitest";
import { createAnswerShare } from "./share-answers.ts";

describe("a shared answer", () => {
  function make() {
    let nowMs = 0;
    let worked = 0;
    const ask = createAnswerShare<number>(1_000, () => nowMs);
    return {
      ask: (question: string, answer = async () => 0) =>
        ask(question, () => {
          worked++;
          return answer();
        }),
      pass: (ms: number) => {
        nowMs += ms;
      },
      worked: () => worked,
    };
  }

  it("is worked out once for all who ask within its second, also while it is being worked out", async () => {
    const share = make();
    const gate = Promise.withResolvers<number>();
    const both = [share.ask("a", () => gate.promise), share.ask("a")];
    gate.resolve(7);
    expect(await Promise.all(both)).toEqual([7, 7]);
    share.pass(999);
    expect(await share.ask("a")).toBe(7);
    expect(share.worked()).toBe(1);
  });

  it("is never older than its second, and never another question's", async () => {
    const share = make();
    await share.ask("a", async () => 1);
    expect(await share.ask("b", async () => 2)).toBe(2);
    share.pass(1_000);
    expect(await share.ask("a", async () => 3)).toBe(3);
  });

  it("is not kept when it failed: the next one asks anew", async () => {
    const share = make();
    await expect(share.ask("a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect(await share.ask("a", async () => 4)).toBe(4);
  });
});
