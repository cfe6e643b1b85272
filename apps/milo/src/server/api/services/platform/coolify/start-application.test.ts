import { describe, expect, it } from "vitest";
import type { WireAnswer, WireScript } from "./testing/coolify-wire.ts";
import {
  DEPLOYMENTS_OF,
  deploymentOf,
  deployments,
  prepareScriptedCoolify,
  QUEUE_FULL,
} from "./testing/scripted-coolify.ts";

const against = prepareScriptedCoolify();

describe("start", () => {
  const queued: WireAnswer = { json: { deployments: [{ message: "queued", deployment_uuid: "d-1" }] } };

  it("deploys by POST and believes the deployment only when it can be read", async () => {
    const { wire, start } = await against({
      [DEPLOYMENTS_OF]: deployments(),
      "POST /deploy": queued,
      "GET /deployments/*": { json: deploymentOf("queued") },
    });
    expect(await start()).toEqual({ kind: "started" });
    expect(wire.callsOf("POST /deploy")[0]?.query.get("uuid")).toBe("app-1");
  });

  it("orders no second deployment for an application that has one: two containers would overlap", async () => {
    for (const status of ["queued", "in_progress", "finished"]) {
      const { wire, start } = await against({ [DEPLOYMENTS_OF]: deployments(deploymentOf(status)) });
      expect(await start()).toEqual({ kind: "started" });
      expect(wire.callsOf("POST /deploy")).toEqual([]);
    }
  });

  it("takes a full deployment queue for capacity, and passes on when to come again", async () => {
    const { start } = await against({ [DEPLOYMENTS_OF]: deployments(), "POST /deploy": QUEUE_FULL });
    expect(await start()).toMatchObject({ kind: "failed", class: "capacity", retryAfterMs: 60_000 });
  });

  it("sees through a deployment uuid that Coolify made up", async () => {
    const phantom = {
      "POST /deploy": queued,
      "GET /deployments/*": { status: 404, json: { message: "Deployment not found." } },
    };
    const joined = await against({
      ...phantom,
      [DEPLOYMENTS_OF]: [deployments(), deployments(deploymentOf("queued"))],
    });
    expect(await joined.start()).toEqual({ kind: "started" });
    const full = await against({ ...phantom, [DEPLOYMENTS_OF]: deployments() });
    expect(await full.start()).toMatchObject({ kind: "failed", class: "capacity" });
  });

  it("looks for the effect of an unanswered deploy before it orders another, and orders one only", async () => {
    const ok: WireScript = { "GET /deployments/*": { json: deploymentOf("queued") } };
    const happened = await against({
      ...ok,
      "POST /deploy": { reset: true },
      [DEPLOYMENTS_OF]: [deployments(), deployments(deploymentOf("queued"))],
    });
    expect(await happened.start()).toEqual({ kind: "started" });
    expect(happened.wire.callsOf("POST /deploy")).toHaveLength(1);
    const not = await against({ ...ok, "POST /deploy": [{ reset: true }, queued], [DEPLOYMENTS_OF]: deployments() });
    expect(await not.start()).toEqual({ kind: "started" });
    expect(not.wire.callsOf("POST /deploy")).toHaveLength(2);
  });

  it("can't say whether it started while it can't look", async () => {
    const { start } = await against({ [DEPLOYMENTS_OF]: { status: 401, json: { message: "Unauthenticated." } } });
    expect((await start()).kind).toBe("unknown");
  });
});
