import { BOT_STATUSES, queueCan } from "@milo/placement";
import { describe, expect, it } from "vitest";
import { judgeBulk, type QueueFate, whyNotQueued } from "./queue-fate.ts";

describe("an action on a row that is held still", () => {
  it("is possible as long as the bot waits", () => {
    for (const fate of ["here", "QUEUED", "SCHEDULED"] as const) {
      expect(whyNotQueued(queueCan.cancel, fate)).toBeNull();
      expect(whyNotQueued(queueCan.setPriority, fate)).toBeNull();
    }
  });

  it("says what became of the bot meanwhile", () => {
    expect(whyNotQueued(queueCan.cancel, "DEPLOYING")).toBe(
      "It waits no more, it is being launched: stop the bot instead",
    );
    expect(whyNotQueued(queueCan.setPriority, "DEPLOYING")).toBeNull();
    expect(whyNotQueued(queueCan.cancel, "IN_CALL")).toBe("It waits no more, it runs: stop the bot instead");
    expect(whyNotQueued(queueCan.cancel, "CANCELLED")).toBe("It waits no more: it was taken out of the queue");
    expect(whyNotQueued(queueCan.cancel, "FATAL")).toBe("It waits no more: it has ended");
    expect(whyNotQueued(queueCan.cancel, "unread")).toMatch(/is being read$/);
  });

  it("is not possible for anything that does not wait", () => {
    const waits = ["SCHEDULED", "QUEUED"];
    for (const status of BOT_STATUSES.filter((one) => !waits.includes(one))) {
      expect(whyNotQueued(queueCan.cancel, status), status).not.toBeNull();
    }
  });
});

describe("an action on many", () => {
  const fates: Record<string, QueueFate> = { alpha: "here", bravo: "CANCELLED", charlie: "IN_CALL" };
  const judge = (...names: string[]) =>
    judgeBulk(names, (name) => whyNotQueued(queueCan.cancel, fates[name] ?? "here"));

  it("is for those that still wait, and its button says how many of how many", () => {
    expect(judge("alpha", "bravo", "charlie")).toEqual({ bots: ["alpha"], count: "1 of 3 bots", whyNot: null });
    expect(judge("alpha", "delta").count).toBe("2 bots");
    expect(judge("alpha").count).toBe("1 bot");
  });

  it("says why it is possible for none", () => {
    expect(judge().whyNot).toBe("Select bots first");
    expect(judge("bravo").whyNot).toBe("It waits no more: it was taken out of the queue");
    expect(judge("bravo", "charlie")).toEqual({
      bots: [],
      count: "0 of 2 bots",
      whyNot: "None of the selected bots waits any more",
    });
  });
});
