import { describe, expect, it } from "vitest";
import { changeView, FIRST_VIEW, nameWorkload, sortableColumns, toDeploymentQuery } from "./deployment-view.ts";

describe("what of a platform's deployments is asked for", () => {
  it("is at first what runs, then what ended last", () => {
    const query = toDeploymentQuery("k8s", FIRST_VIEW);
    expect(query).toEqual({ platform: "k8s", sort: { by: "endedAt", direction: "desc" }, limit: 10 });
  });

  it("has the oldest first when the age goes down, being reserved first", () => {
    const byAge = (desc: boolean) => toDeploymentQuery("aws", { ...FIRST_VIEW, sort: { id: "age", desc } }).sort;
    expect(byAge(true)).toEqual({ by: "reservedAt", direction: "asc" });
    expect(byAge(false)).toEqual({ by: "reservedAt", direction: "desc" });
    const byHeartbeat = { ...FIRST_VIEW, sort: { id: "heartbeat", desc: true } } as const;
    expect(toDeploymentQuery("aws", byHeartbeat).sort).toEqual({ by: "lastHeartbeatAt", direction: "desc" });
  });

  it("goes on from a cursor with the same filters", () => {
    const view = { ...FIRST_VIEW, phase: "holding", outcome: "failed", search: "bot-1" } as const;
    const query = toDeploymentQuery("k8s", view, "next");
    expect(query).toMatchObject({ outcomes: ["failed"], search: "bot-1", cursor: "next" });
    expect(query.phases).not.toContain("ENDED");
  });
});

describe("a view", () => {
  it("gives its order up for filters with which the server would have to read all of history", () => {
    const byHeartbeat = changeView(FIRST_VIEW, { sort: { id: "heartbeat", desc: false } });
    expect(changeView(byHeartbeat, { phase: "ENDED" }).sort).toEqual(FIRST_VIEW.sort);
    expect(changeView(byHeartbeat, { phase: "RUNNING" }).sort.id).toBe("heartbeat");
    expect(sortableColumns({ ...FIRST_VIEW, outcome: "failed" })).toEqual(["ended"]);
    expect(sortableColumns({ ...FIRST_VIEW, outcome: "failed", search: "7" })).toContain("age");
    expect(sortableColumns({ ...FIRST_VIEW, outcome: "lost", phase: "STOPPING" })).toContain("age");
  });
});

it("a workload is named by its ARN once it has one, shortened to what tells it apart, else by its launch key", () => {
  const launchKey = "bot-k3v9qa-7-a1";
  const identifier = "arn:aws:ecs:eu-central-1:123456789012:task/milo/0123456789abcdef";
  expect(nameWorkload({ launchKey, identifier })).toEqual({
    kind: "ARN",
    full: identifier,
    short: "…/0123456789abcdef",
  });
  expect(nameWorkload({ launchKey, identifier: "8c1f" }).full).toBe(launchKey);
  expect(nameWorkload({ launchKey, identifier: null }).kind).toBe("launch key");
});
