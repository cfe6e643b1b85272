import { describe, expect, it } from "vitest";
import { type DeploymentPlace, readDeploymentPlace, writeDeploymentPlace } from "./deployment-address.ts";
import { FIRST_VIEW } from "./deployment-view.ts";

const PLACE: DeploymentPlace = {
  view: { phase: "holding", outcome: "any", search: "bot & a1", sort: { id: "age", desc: true } },
  page: { number: 3, cursor: "W10_-x" },
};
const FIRST: DeploymentPlace = { view: FIRST_VIEW, page: null };
const read = (query: string, platform: "k8s" | "aws" = "k8s") =>
  readDeploymentPlace(new URLSearchParams(query), platform);

describe("what the address says of a platform's deployments", () => {
  it.each([PLACE, FIRST, { ...PLACE, page: null }])("is read as it was written %#", (place) => {
    expect(read(writeDeploymentPlace("", "k8s", place))).toEqual(place);
  });

  it("is nothing for the first page of all, and leaves the other platforms and all else alone", () => {
    expect(writeDeploymentPlace("", "k8s", FIRST)).toBe("");
    const both = writeDeploymentPlace("?aws.phase=RUNNING&x=1", "k8s", PLACE);
    expect(read(both, "aws").view.phase).toBe("RUNNING");
    expect(writeDeploymentPlace(both, "k8s", FIRST)).toBe("?aws.phase=RUNNING&x=1");
  });

  it("is left out where it makes no sense, and so is an order that its filters do not allow", () => {
    expect(read("k8s.phase=NOPE&k8s.outcome=&k8s.sort=-shoe&k8s.page=1~x")).toEqual(FIRST);
    expect(read("k8s.page=2~no%20cursor").page).toBeNull();
    expect(read("k8s.outcome=failed&k8s.sort=-age").view.sort).toEqual(FIRST_VIEW.sort);
  });
});
