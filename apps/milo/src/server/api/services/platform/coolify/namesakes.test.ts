import { expect, it } from "vitest";
import { applicationOf } from "./testing/coolify-wire.ts";
import { DEPLOYMENTS_OF, deploymentOf, deployments, prepareScriptedCoolify } from "./testing/scripted-coolify.ts";

const against = prepareScriptedCoolify();
const CANCEL = "POST /deployments/*/cancel";
const NAME = "bot-abc234-42-a1";

/** Two applications of one name; Coolify's list of deployments under way tells only the name. */
it("stops one of two applications of one name without cancelling the other's deployment", async () => {
  const twin = applicationOf({ uuid: "app-1", name: NAME, status: "running:unknown" });
  const living = applicationOf({ uuid: "app-2", name: NAME, status: "exited:unhealthy" });
  const { wire, clock, stop } = await against({
    "GET /applications/*": { json: twin },
    "GET /applications": { json: [twin, living] },
    "GET /deployments": { json: [deploymentOf("in_progress", { deployment_uuid: "d-of-app-2" })] },
    [DEPLOYMENTS_OF]: (call) => (call.path.includes("app-1") ? deployments(deploymentOf("finished")) : deployments()),
    "POST /applications/*/stop": { json: { message: "Application stopping request queued." } },
    [CANCEL]: { json: { message: "cancelled" } },
  });
  expect(await stop()).toEqual({ kind: "stopping" });
  clock.nowMs += 61_000;
  expect(await stop()).toEqual({ kind: "stopping" });
  expect(wire.callsOf(CANCEL)).toEqual([]);
  expect(wire.callsOf("POST /applications/*/stop").map((call) => call.path)).toEqual([
    expect.stringContaining("app-1"),
    expect.stringContaining("app-1"),
  ]);
});

it("lists one of two applications of one name by its own deployments", async () => {
  const twin = applicationOf({ uuid: "app-1", name: NAME, status: "exited:unhealthy" });
  const living = applicationOf({ uuid: "app-2", name: NAME, status: "exited:unhealthy" });
  const { service } = await against({
    "GET /applications": { json: [twin, living] },
    "GET /deployments": { json: [deploymentOf("in_progress")] },
    [DEPLOYMENTS_OF]: (call) =>
      call.path.includes("app-2") ? deployments(deploymentOf("in_progress")) : deployments(),
  });
  expect(await service.list()).toMatchObject({
    kind: "listed",
    workloads: [
      { identifier: "app-1", state: "inert" },
      { identifier: "app-2", state: "starting" },
    ],
  });
});
