import { describe, expect, it } from "vitest";
import { applicationOf, type WireAnswer, type WireScript } from "./testing/coolify-wire.ts";
import {
  DEPLOYMENTS_OF,
  deploymentOf,
  deployments,
  prepareScriptedCoolify,
  QUEUE_FULL,
} from "./testing/scripted-coolify.ts";

const against = prepareScriptedCoolify();

describe("list", () => {
  it("lists ours alone, whatever shape Coolify gives the deployments under way", async () => {
    const { service } = await against({
      "GET /applications": {
        json: [
          applicationOf({ uuid: "up", status: "running:unknown" }),
          applicationOf({ uuid: "new", name: "bot-abc234-43-a1" }),
          applicationOf({ uuid: "queued", name: "bot-abc234-44-a1" }),
          applicationOf({ uuid: "theirs", description: "milo installation=abc2345 bot=1" }),
          { uuid: "site", name: "site", description: null, status: null },
        ],
      },
      "GET /deployments": { json: { 3: deploymentOf("queued", { application_name: "bot-abc234-44-a1" }) } },
      [DEPLOYMENTS_OF]: deployments(),
    });
    const listed = await service.list();
    if (listed.kind !== "listed") throw new Error(listed.reason);
    expect(listed.workloads.map(({ identifier, state }) => [identifier, state])).toEqual([
      ["up", "running"],
      ["new", "inert"],
      ["queued", "starting"],
    ]);
  });

  it("asks once about an application whose deployment is over, and anew when another is under way", async () => {
    const answers = { active: [] as object[], own: deployments(deploymentOf("finished")) };
    const { service, wire } = await against({
      "GET /applications": { json: [applicationOf({ uuid: "late" })] },
      "GET /deployments": () => ({ json: answers.active }),
      [DEPLOYMENTS_OF]: () => answers.own,
    });
    const look = async () => {
      const listed = await service.list();
      return listed.kind === "listed" ? listed.workloads[0] : undefined;
    };
    const asked = () => wire.callsOf(DEPLOYMENTS_OF).length;
    for (let looks = 0; looks < 3; looks += 1) expect(await look()).toMatchObject({ state: "running" });
    expect(asked()).toBe(1);
    answers.active = [deploymentOf("in_progress", { deployment_uuid: "d-2" })];
    answers.own = deployments(deploymentOf("failed", { deployment_uuid: "d-2" }));
    expect(await look()).toMatchObject({ state: "starting" });
    answers.active = [];
    expect(await look()).toMatchObject({ startFailure: { class: "transient" } });
    expect(asked()).toBe(2);
  });

  it("goes on asking about one that was never deployed: it may be, at any time", async () => {
    const { service, wire } = await against({
      "GET /applications": { json: [applicationOf()] },
      "GET /deployments": { json: [] },
      [DEPLOYMENTS_OF]: deployments(),
    });
    for (let looks = 0; looks < 3; looks += 1) await service.list();
    expect(wire.callsOf(DEPLOYMENTS_OF)).toHaveLength(3);
  });

  it("is no listing when any part of it can't be read", async () => {
    const whole: WireScript = {
      "GET /applications": { json: [applicationOf()] },
      "GET /deployments": { json: [] },
      [DEPLOYMENTS_OF]: deployments(),
    };
    for (const route of Object.keys(whole)) {
      for (const broken of [{ status: 500, text: "oops" }, { status: 200, text: "<html>" }, { json: [{ name: 1 }] }]) {
        const { service } = await against({ ...whole, [route]: broken });
        expect((await service.list()).kind, route).toBe("failed");
      }
    }
    expect((await (await against(whole)).service.list()).kind).toBe("listed");
  });
});

describe("checkHealth", () => {
  const server = (settings: object): WireAnswer => ({ json: { uuid: "server-1", settings } });
  it.each([
    [{ text: "4.3.11" }, server({ is_reachable: true, is_usable: true }), true],
    [{ text: "4.3.11" }, server({ is_reachable: false, is_usable: true }), false],
    [{ text: "4.3.11" }, server({ is_reachable: 1, is_usable: 0 }), false],
    [{ text: "4.3.11" }, { status: 404, json: { message: "Server not found." } }, false],
    [{ status: 400, json: { message: "Invalid token." } }, server({}), false],
  ])("is healthy with a good token and a functional docker server: %o %o", async (version, servers, healthy) => {
    const { service } = await against({ "GET /version": version, "GET /servers/*": servers });
    expect((await service.checkHealth()).healthy).toBe(healthy);
  });
});

describe("the shared request budget", () => {
  it("holds every call back after the API's own 429, and none after a full deployment queue", async () => {
    const limited = await against(
      {
        "GET /applications": { status: 429, json: { message: "Too Many Attempts." }, headers: { "retry-after": "30" } },
      },
      { timeouts: { requestMs: 200, callMs: 300 } },
    );
    await limited.service.list();
    expect((await limited.service.checkHealth()).healthy).toBe(false);
    expect(limited.wire.callsOf("GET /version")).toEqual([]);
    const full = await against({
      [DEPLOYMENTS_OF]: deployments(),
      "POST /deploy": QUEUE_FULL,
      "GET /applications": { json: [] },
    });
    await full.start();
    expect((await full.service.list()).kind).toBe("listed");
  });
});
