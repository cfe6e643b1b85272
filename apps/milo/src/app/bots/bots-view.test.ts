import { BOT_STATUSES } from "@milo/placement";
import { describe, expect, it } from "vitest";
import {
  ALL_BOTS,
  type BotsView,
  changeView,
  groupOf,
  isFiltered,
  readBotsView,
  STATUS_GROUPS,
  toListInput,
  writeBotsView,
} from "./bots-view.ts";

const FULL: BotsView = {
  statuses: ["QUEUED", "IN_CALL"],
  infrastructure: "k8s",
  meetingPlatform: "zoom",
  search: "weekly & co, Käse",
  before: 42,
  after: null,
};

describe("the view in the page's address", () => {
  it.each([FULL, ALL_BOTS, { ...ALL_BOTS, after: 7 }])("is read as it was written %#", (view) => {
    expect(readBotsView(new URLSearchParams(writeBotsView(view)))).toEqual(view);
  });

  it("is short, and empty for all bots", () => {
    expect(writeBotsView(ALL_BOTS)).toBe("");
    expect(writeBotsView({ ...ALL_BOTS, statuses: ["QUEUED", "FATAL"] })).toBe("?status=QUEUED,FATAL");
  });

  it("leaves out what makes no sense", () => {
    const params = new URLSearchParams("status=NOPE&infra=mars&meeting=&q=%20%20&before=-1&after=1e9");
    expect(readBotsView(params)).toEqual(ALL_BOTS);
    expect(readBotsView(new URLSearchParams("before=5&after=6"))).toMatchObject({ before: 5, after: null });
  });
});

describe("what is asked for", () => {
  it("names what was chosen and nothing else", () => {
    expect(toListInput(ALL_BOTS)).toEqual({ limit: 50 });
    expect(toListInput(FULL)).toEqual({
      limit: 50,
      statuses: ["QUEUED", "IN_CALL"],
      infrastructure: "k8s",
      meetingPlatform: "zoom",
      search: "weekly & co, Käse",
      before: 42,
    });
  });

  it("is nothing while only a masked address is known", () => {
    expect(toListInput({ ...ALL_BOTS, search: "https://zoom.us/j/1?(hidden)" })).toBeNull();
  });

  it("begins at the newest again with other filters", () => {
    expect(changeView(FULL, { infrastructure: null })).toMatchObject({ infrastructure: null, before: null });
    expect(changeView(FULL, { before: 9 })).toMatchObject({ before: 9 });
  });
});

describe("the groups of statuses", () => {
  it("have every status once", () => {
    expect(Object.values(STATUS_GROUPS).flat().toSorted()).toEqual(BOT_STATUSES.toSorted());
  });

  it("are known again by their statuses", () => {
    expect(groupOf([])).toBe("all");
    expect(groupOf(STATUS_GROUPS.active.toReversed())).toBe("active");
    expect(groupOf(["QUEUED"])).toBeNull();
    expect([isFiltered(ALL_BOTS), isFiltered({ ...ALL_BOTS, before: 4 }), isFiltered(FULL)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
