import { describe, expect, it } from "vitest";
import { applicationOf, type WireScript } from "./testing/coolify-wire.ts";
import { DEPLOYMENTS_OF, deployments, prepareScriptedCoolify, SECRETS } from "./testing/scripted-coolify.ts";

const CREATE = "POST /applications/dockerimage";
const ENVS = "PATCH /applications/*/envs/bulk";
const against = prepareScriptedCoolify();

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
