import { describe, expect, it } from "vitest";
import { formatCount, formatList, formatNumber, formatShare } from "./count.ts";

describe("numbers", () => {
  it("come with their unit in one and in many", () => {
    expect([0, 1, 5, 1_234].map((count) => formatCount(count, "bot"))).toEqual([
      "0 bots",
      "1 bot",
      "5 bots",
      "1,234 bots",
    ]);
    expect(formatCount(2, "entry", "entries")).toBe("2 entries");
    expect(formatNumber(100_000)).toBe("100,000");
  });

  it("are never all or nothing for what is only nearly so", () => {
    const shares = [formatShare(0, 1_000), formatShare(1, 1_000), formatShare(999, 1_000), formatShare(1_000, 1_000)];
    expect(shares).toEqual(["0%", "<1%", ">99%", "100%"]);
    expect(formatShare(5, 6)).toBe("83%");
    expect(formatShare(0, 0)).toBe("–");
  });

  it("list names as a sentence does", () => {
    expect([[], ["K8s"], ["K8s", "AWS"], ["K8s", "AWS", "Coolify"]].map(formatList)).toEqual([
      "",
      "K8s",
      "K8s and AWS",
      "K8s, AWS and Coolify",
    ]);
  });
});
