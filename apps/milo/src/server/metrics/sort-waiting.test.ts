import { describe, expect, it } from "vitest";
import { type Gate, sortWaiting, type WaitingGroup } from "./sort-waiting.ts";

const group: WaitingGroup = { openTo: ["k8s", "aws"], backsOff: false, hasContainer: false, waiting: 1 };
const k8s: Gate = { platform: "k8s", mode: "enabled", passes: true, backsOff: false };
const aws: Gate = { ...k8s, platform: "aws" };

describe("what a bot waits for", () => {
  it("is a slot as long as one of its platforms takes bots", () => {
    expect(sortWaiting(group, [k8s, aws])).toBe("capacity");
    expect(sortWaiting(group, [{ ...k8s, mode: "hold" }, aws])).toBe("capacity");
    expect(sortWaiting(group, [{ ...k8s, passes: false }, aws])).toBe("capacity");
  });

  it("is what closes all of them, otherwise", () => {
    expect(
      sortWaiting(group, [
        { ...k8s, mode: "hold" },
        { ...aws, mode: "drain" },
      ]),
    ).toBe("held");
    expect(
      sortWaiting(group, [
        { ...k8s, mode: "hold" },
        { ...aws, passes: false },
      ]),
    ).toBe("breaker");
    expect(
      sortWaiting(group, [
        { ...k8s, backsOff: true },
        { ...aws, passes: false },
      ]),
    ).toBe("backoff");
    expect(sortWaiting({ ...group, openTo: [] }, [k8s, aws])).toBe("barred");
  });

  it("is first its own container, then its own back-off", () => {
    expect(sortWaiting({ ...group, hasContainer: true, backsOff: true }, [k8s, aws])).toBe("container");
    expect(sortWaiting({ ...group, backsOff: true }, [k8s, aws])).toBe("backoff");
  });
});
