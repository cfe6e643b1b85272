import { afterEach, describe, expect, it } from "vitest";
import type { WorkloadRef } from "../platform-service.ts";
import { CoolifyPlatformService } from "./coolify-platform-service.ts";
import type { CoolifySettings } from "./coolify-settings.ts";
import {
  applicationOf,
  type CoolifyWire,
  coolifySettings,
  launchOf,
  openCoolifyWire,
  type WireAnswer,
  type WireScript,
} from "./testing/coolify-wire.ts";

const SECRETS = { attemptToken: "s3cret-token" };
const VERSION: WireScript = { "GET /version": { text: "4.3.11" } };
const CREATE = "POST /applications/dockerimage";
const ENVS = "PATCH /applications/*/envs/bulk";
const DEPLOYMENTS_OF = "GET /deployments/applications/*";
const QUEUE_FULL: WireAnswer = {
  status: 429,
  json: { message: "Deployment queue is full. Please wait." },
  headers: { "retry-after": "60" },
};

const wires: CoolifyWire[] = [];
afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close();
});

async function against(script: WireScript, overrides: Partial<CoolifySettings> = {}) {
  const wire = await openCoolifyWire({ ...VERSION, ...script });
  wires.push(wire);
  const clock = { nowMs: Date.parse("2026-01-01T01:00:00Z") };
  const service = new CoolifyPlatformService(coolifySettings({ apiUrl: wire.url, ...overrides }), () => clock.nowMs);
  const request = service.render(launchOf());
  const signal = new AbortController().signal;
  const ref: WorkloadRef = { launchKey: "bot-abc234-42-a1", identifier: "app-1", request };
  return {
    wire,
    clock,
    service,
    ref,
    create: (resend = false) => service.create(request, SECRETS, { resend, signal }),
    start: () => service.start(ref, SECRETS, { signal }),
    stop: () => service.stop(ref),
  };
}

const deployments = (...list: object[]): WireAnswer => ({ json: { count: list.length, deployments: list } });
const deploymentOf = (status: string, extra: object = {}) => ({
  deployment_uuid: "d-1",
  status,
  application_name: "bot-abc234-42-a1",
  created_at: "2026-01-01T00:59:00Z",
  ...extra,
});

describe("create", () => {
  const ok: WireScript = { [CREATE]: { status: 201, json: { uuid: "app-1" } }, [ENVS]: { status: 201, json: [] } };

  it("makes an inert application and gives it the environment with the attempt token, as literals", async () => {
    const { wire, create } = await against(ok);
    expect(await create()).toEqual({ kind: "created", identifier: "app-1", adopted: false });
    expect(wire.callsOf(ENVS)[0]?.body).toMatchObject({
      data: expect.arrayContaining([
        { key: "MILO_ATTEMPT_TOKEN", value: SECRETS.attemptToken, is_literal: true, is_preview: false },
      ]),
    });
    expect(wire.calls.some((call) => call.path.includes("deploy"))).toBe(false);
  });

  it("looks before it creates when an earlier send may have taken effect, and adopts what it finds", async () => {
    const { wire, create } = await against({
      ...ok,
      "GET /applications": { json: [applicationOf({ uuid: "first" })] },
    });
    expect(await create(true)).toEqual({ kind: "created", identifier: "first", adopted: true });
    expect(wire.callsOf(CREATE)).toEqual([]);
    expect(wire.callsOf(ENVS)[0]?.path).toContain("first");
  });

  it("creates nothing while it can't rule out that an earlier send took effect", async () => {
    for (const answer of [
      { status: 502, text: "<html>" },
      { status: 401, json: { message: "Unauthenticated." } },
    ]) {
      const { wire, create } = await against({ ...ok, "GET /applications": answer });
      expect((await create(true)).kind).toBe("unknown");
      expect(wire.callsOf(CREATE)).toEqual([]);
    }
  });

  it("keeps the oldest of several and throws away the others that were never deployed", async () => {
    const older = applicationOf({ uuid: "old", created_at: "2026-01-01T00:00:00Z" });
    const newer = applicationOf({ uuid: "new", created_at: "2026-01-01T00:00:05Z" });
    const running = applicationOf({ uuid: "run", created_at: "2026-01-01T00:00:09Z", status: "running:unknown" });
    const { wire, create } = await against({
      ...ok,
      "GET /applications": { json: [running, newer, older] },
      [DEPLOYMENTS_OF]: deployments(),
      "DELETE /applications/*": { json: { message: "Application deletion request queued." } },
    });
    expect(await create(true)).toMatchObject({ identifier: "old", adopted: true });
    expect(wire.callsOf("DELETE /applications/*").map((call) => call.path)).toEqual(["/applications/new"]);
  });

  it("settles on the oldest when another sender created at the same moment", async () => {
    const theirs = applicationOf({ uuid: "theirs", created_at: "2026-01-01T00:00:00Z" });
    const mine = applicationOf({ created_at: "2026-01-01T00:00:01Z" });
    const { wire, create } = await against({
      ...ok,
      "GET /applications": [{ json: [] }, { json: [mine, theirs] }],
      [DEPLOYMENTS_OF]: deployments(),
      "DELETE /applications/*": { json: { message: "queued" } },
    });
    expect(await create(true)).toMatchObject({ identifier: "theirs" });
    expect(wire.callsOf("DELETE /applications/*").map((call) => call.path)).toEqual(["/applications/app-1"]);
  });

  it("leaves an application of our name alone that does not bear our mark", async () => {
    const foreign = applicationOf({ description: "by hand" });
    const { wire, create } = await against({ ...ok, "GET /applications": { json: [foreign] } });
    expect(await create(true)).toMatchObject({ kind: "failed", class: "config" });
    expect(wire.calls.every((call) => call.method === "GET")).toBe(true);
  });

  it("drops a field that this server does not know, and remembers it", async () => {
    const refusal = {
      status: 422,
      json: { message: "Validation failed.", errors: { tags: ["This field is not allowed."] } },
    };
    const { wire, create } = await against({ ...ok, [CREATE]: [refusal, { status: 201, json: { uuid: "app-1" } }] });
    expect((await create()).kind).toBe("created");
    expect((await create()).kind).toBe("created");
    const bodies = wire.callsOf(CREATE).map((call) => Object.hasOwn(call.body as object, "tags"));
    expect(bodies).toEqual([true, false, false]);
  });

  it("sends an old Coolify only what it takes", async () => {
    const { wire, create } = await against({ ...ok, "GET /version": { text: "4.1.0" } });
    await create();
    expect(wire.callsOf(CREATE)[0]?.body).not.toHaveProperty("max_restart_count");
    expect(wire.callsOf(CREATE)[0]?.body).toHaveProperty("ports_exposes");
  });

  it.each([
    ["a cut connection", { reset: true as const }],
    ["a proxy's error page", { status: 502, text: "<html>Bad Gateway</html>" }],
    ["a login page with 200", { status: 200, text: "<html>Login</html>" }],
    ["silence", { silent: true as const }],
  ])("calls a create unknown after %s", async (_name, answer) => {
    const { create } = await against({ ...ok, [CREATE]: answer }, { timeouts: { requestMs: 150, callMs: 600 } });
    expect((await create()).kind).toBe("unknown");
  });

  it("repeats a whole environment whose answer was lost", async () => {
    const { wire, create } = await against({ ...ok, [ENVS]: [{ reset: true }, { status: 201, json: [] }] });
    expect((await create()).kind).toBe("created");
    expect(wire.callsOf(ENVS)).toHaveLength(2);
  });

  it("stays unknown while the application has no environment, and leaves none behind that never can have one", async () => {
    const passing = await against({ ...ok, [ENVS]: { status: 503, text: "busy" } });
    expect((await passing.create()).kind).toBe("unknown");
    const refused = { status: 422, json: { message: `bad ${SECRETS.attemptToken}`, errors: {} } };
    const { wire, create } = await against({ ...ok, [ENVS]: refused, "DELETE /applications/*": { json: {} } });
    const outcome = await create();
    expect(outcome).toMatchObject({ kind: "failed", class: "invalid" });
    expect(JSON.stringify(outcome)).not.toContain(SECRETS.attemptToken);
    expect(wire.callsOf("DELETE /applications/*")).toHaveLength(1);
  });
});

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

  it("touches nothing of another installation", async () => {
    const foreign = applicationOf({ status: "running:unknown", description: "milo installation=zzzzzz bot=1" });
    const { wire, stop } = await against({ ...orders, ...showing({ value: foreign }) });
    expect(await stop()).toEqual({ kind: "absent" });
    expect(wire.calls.every((call) => call.method === "GET")).toBe(true);
  });
});

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
