import { BOT_STATUSES, botCan } from "@milo/placement";
import { describe, expect, it } from "vitest";
import { describeStop, planStop, reportStop } from "./stop-plan.ts";

const bots = BOT_STATUSES.map((status, index) => ({ id: index + 1, name: status, status }));
const only = (...statuses: readonly string[]) => bots.filter(({ status }) => statuses.includes(status));

describe("a stop of many", () => {
  it("takes exactly those that the server would stop, and says of each other why not", () => {
    const { stoppable, left, whyNot } = planStop(bots);
    expect(stoppable.map(({ status }) => status)).toEqual(botCan.stop.states);
    expect(left.map(({ key }) => key)).toEqual(bots.filter((bot) => !stoppable.includes(bot)).map(({ id }) => id));
    expect(left.every(({ ok, text }) => !ok && text.length > 10)).toBe(true);
    expect(whyNot).toBeNull();
  });

  it("says why nothing can be stopped", () => {
    expect(planStop([]).whyNot).toBe("Select bots first");
    expect(planStop(only("DONE")).whyNot).toBe("It has ended already.");
    expect(planStop(only("DONE", "FATAL")).whyNot).toBe("None of these can be stopped any more");
  });

  it("says what will happen to how many", () => {
    expect(describeStop(only("QUEUED", "DEPLOYING", "IN_CALL"))).toBe(
      "2 bots have not joined yet and will be cancelled. 1 bot will be told to leave its meeting. This cannot be taken back.",
    );
    expect(describeStop(only("IN_CALL", "JOINING_CALL"))).toMatch(/^2 bots will be told to leave their meetings\. /);
  });

  it("reports of each what came of it, of one without an answer too", () => {
    const results = [
      { id: 2, ok: true },
      { id: 6, ok: false, message: "The database cannot answer" },
    ];
    expect(reportStop(only("QUEUED", "IN_CALL", "LEAVING"), results).map(({ ok, text }) => [ok, text])).toEqual([
      [true, "is cancelled."],
      [false, "The database cannot answer"],
      [false, "milo did not answer for it."],
    ]);
  });
});
