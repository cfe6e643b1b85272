import { describe, expect, it } from "vitest";
import { findNamed, readNamed } from "./describe-lessons.ts";
import { EARLIER_IMPLEMENTATION, REPORTED_ELSEWHERE } from "./lessons.ts";

const LESSONS = [...EARLIER_IMPLEMENTATION, ...REPORTED_ELSEWHERE];

describe("what went wrong elsewhere", () => {
  it("is each named by a test, but for what cannot go wrong here", () => {
    const named = readNamed();
    const without = LESSONS.filter(({ id, beside }) => beside === undefined && !named.has(id));
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  it("is named by no test under a name that nothing has", () => {
    const known = new Set(LESSONS.map(({ id }) => id));
    expect([...readNamed().keys()].filter((id) => !known.has(id))).toEqual([]);
  });

  it("is found in titles of any quotes, one or several a title", () => {
    const file = "a.test.ts";
    const [one, two] = ["[some-system" + "#1]", "[other" + " 2]"];
    const text = `it("keeps a bot ${one} ${two}", f); it(\`keeps them ${two}\`, f); it("names [nothing]", f);`;
    expect([...findNamed([{ file, text }])]).toEqual([
      ["some-system#1", [{ file, title: "keeps a bot" }]],
      [
        "other 2",
        [
          { file, title: "keeps a bot" },
          { file, title: "keeps them" },
        ],
      ],
    ]);
  });
});
