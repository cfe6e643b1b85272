import { describe, expect, it } from "vitest";
import { applicationOf, type WireScript } from "./testing/coolify-wire.ts";
import { DEPLOYMENTS_OF, deploymentOf, deployments, prepareScriptedCoolify } from "./testing/scripted-coolify.ts";

const against = prepareScriptedCoolify();

describe("stop", () => {
  const STOP = "POST /applications/*/stop";
  const DELETE = "DELETE /applications/*";
  const orders: WireScript = {
    [STOP]: { json: { message: "Application stopping request queued." } },
    [DELETE]: { json: { message: "Application deletion request queued." } },
    "POST /deployments/*/cancel": { json: { message: "cancelled" } },
    [DEPLOYMENTS_OF]: deployments(deploymentOf("finished")),
  };
  const showing = (application: { value: object | null }): WireScript => ({
    "GET /applications/*": () =>
      application.value ? { json: application.value } : { status: 404, json: { message: "Application not found." } },
    "GET /applications": () => ({ json: application.value ? [application.value] : [] }),
    "GET /deployments": { json: [] },
  });

  it("stops, waits until it is seen to have ended, deletes, and only then says gone", async () => {
    const application = { value: applicationOf({ status: "running:unknown" }) as object | null };
    const { wire, stop } = await against({ ...orders, ...showing(application) });
    expect(await stop()).toEqual({ kind: "stopping" });
    expect(await stop()).toEqual({ kind: "stopping" });
    expect(wire.callsOf(STOP)).toHaveLength(1);
    expect(wire.callsOf(DELETE)).toEqual([]);
    application.value = applicationOf({ status: "exited:unhealthy" });
    expect(await stop()).toEqual({ kind: "stopping" });
    expect(wire.callsOf(DELETE)).toHaveLength(1);
    application.value = null;
    expect(await stop()).toEqual({ kind: "gone" });
    for (const call of [...wire.callsOf(STOP), ...wire.callsOf(DELETE)]) {
      expect(call.query.get("docker_cleanup")).toBe("false");
    }
  });

  it("never deletes on an exited that may be older than its stop", async () => {
    const application = { value: applicationOf() as object | null };
    const { wire, clock, stop } = await against({ ...orders, ...showing(application) });
    expect(await stop()).toEqual({ kind: "stopping" });
    clock.nowMs += 149_000;
    expect(await stop()).toEqual({ kind: "stopping" });
    expect(wire.callsOf(DELETE)).toEqual([]);
    clock.nowMs += 1_000;
    await stop();
    expect(wire.callsOf(DELETE)).toHaveLength(1);
  });

  it("cancels no deployment of another application that bears the same name", async () => {
    const living = applicationOf({ uuid: "app-2", status: "starting:unknown" });
    const { wire, stop } = await against({
      ...orders,
      "GET /applications/*": { json: applicationOf() },
      "GET /applications": { json: [applicationOf(), living] },
      "GET /deployments": { json: [deploymentOf("in_progress", { deployment_uuid: "d-of-app-2" })] },
    });
    expect(await stop()).toEqual({ kind: "stopping" });
    expect(await stop()).toEqual({ kind: "stopping" });
    expect(wire.callsOf("POST /deployments/*/cancel")).toEqual([]);
    expect(wire.callsOf(DEPLOYMENTS_OF).map(({ path }) => path)).toContain("/deployments/applications/app-1");
  });

  it("starts its evidence anew when the docker server was lost meanwhile, and orders nothing it would ignore", async () => {
    const application = { value: applicationOf({ status: "running:unknown" }) as object | null };
    const { wire, stop } = await against({ ...orders, ...showing(application) });
    await stop();
    application.value = applicationOf({ server_status: false });
    expect((await stop()).kind).toBe("failed");
    expect(wire.callsOf(STOP)).toHaveLength(1);
    application.value = applicationOf();
    await stop();
    await stop();
    expect(wire.callsOf(STOP)).toHaveLength(2);
    expect(wire.callsOf(DELETE)).toEqual([]);
  });

  it("takes a record that vanished without its doing for absent, never for gone", async () => {
    const { stop, service, ref } = await against({ ...orders, ...showing({ value: null }) });
    expect(await stop()).toEqual({ kind: "absent" });
    expect(await service.find(ref)).toEqual({ kind: "absent" });
  });

  it("cancels a deployment under way before it stops", async () => {
    const { wire, stop } = await against({
      ...orders,
      ...showing({ value: applicationOf() }),
      [DEPLOYMENTS_OF]: deployments(deploymentOf("in_progress")),
    });
    expect(await stop()).toEqual({ kind: "stopping" });
    const posts = wire.calls.filter((call) => call.method === "POST").map((call) => call.path);
    expect(posts).toEqual(["/deployments/d-1/cancel", "/applications/app-1/stop"]);
  });

  it("deletes at once what was never deployed", async () => {
    const application = { value: applicationOf() as object | null };
    const { wire, stop } = await against({ ...orders, ...showing(application), [DEPLOYMENTS_OF]: deployments() });
    expect(await stop()).toEqual({ kind: "stopping" });
    expect(wire.callsOf(STOP)).toEqual([]);
    application.value = null;
    expect(await stop()).toEqual({ kind: "gone" });
  });

  it("repeats a stop that shows no effect", async () => {
    const { wire, clock, stop } = await against({
      ...orders,
      ...showing({ value: applicationOf({ status: "running:unknown" }) }),
    });
    await stop();
    clock.nowMs += 61_000;
    await stop();
    expect(wire.callsOf(STOP)).toHaveLength(2);
  });

  it("touches nothing of another installation [meeboter 20]", async () => {
    const foreign = applicationOf({ status: "running:unknown", description: "milo installation=zzzzzz bot=1" });
    const { wire, stop } = await against({ ...orders, ...showing({ value: foreign }) });
    expect(await stop()).toEqual({ kind: "absent" });
    expect(wire.calls.every((call) => call.method === "GET")).toBe(true);
  });

  describe("of several at once", () => {
    const LIST = "GET /applications";
    const refOf = (uuid: string) => ({ launchKey: `key-${uuid}`, identifier: uuid, request: {} });
    const prepare = (status: { of: string }) =>
      against(
        {
          ...orders,
          "GET /deployments": { json: [] },
          "GET /applications/*": (call) => ({
            json: applicationOf({ uuid: call.path.split("/")[2], status: "running" }),
          }),
          [LIST]: () => ({ json: ["a", "b", "c"].map((uuid) => applicationOf({ uuid, status: status.of })) }),
        },
        { stopLookMs: 10_000 },
      );

    it("looks once for all of them, and not again before the look is old", async () => {
      const { wire, clock, service } = await prepare({ of: "running" });
      const stopAll = () => Promise.all(["a", "b", "c"].map((uuid) => service.stop(refOf(uuid))));
      await stopAll();
      const before = wire.calls.length;
      for (const laterMs of [0, 3_000, 3_000]) {
        clock.nowMs += laterMs;
        await stopAll();
      }
      expect(wire.calls.slice(before).map((call) => call.path)).toEqual(["/applications", "/deployments"]);
      clock.nowMs += 10_000;
      await stopAll();
      expect(wire.callsOf(LIST)).toHaveLength(2);
    });

    it("believes no look that began before the stop", async () => {
      const { wire, clock, service } = await prepare({ of: "exited:unhealthy" });
      await service.stop(refOf("a"));
      await service.stop(refOf("a"));
      expect(wire.callsOf(DELETE).map((call) => call.path)).toEqual(["/applications/a"]);
      await service.stop(refOf("b"));
      clock.nowMs += 1_000;
      expect(await service.stop(refOf("b"))).toEqual({ kind: "stopping" });
      expect(wire.callsOf(DELETE)).toHaveLength(1);
      clock.nowMs += 10_000;
      await service.stop(refOf("b"));
      expect(wire.callsOf(DELETE)).toHaveLength(2);
    });
  });
});
