import { describe, expect, it } from "vitest";
import { CoolifyPlatformService } from "./coolify-platform-service.ts";
import { applicationOf, coolifySettings, launchOf, openCoolifyWire, type WireCall } from "./testing/coolify-wire.ts";
import { openCallCheck } from "./testing/openapi-check.ts";

const check = openCallCheck();
process.stdout.write(
  check
    ? "Coolify's API description: checked\n"
    : "Coolify's API description: skipped, ../shared/contracts/coolify-openapi.json is not present\n",
);

const deploymentOf = (status: string) => ({ deployment_uuid: "d-1", status, application_name: "x" });

/** Every call the adapter makes, of a server on which each of them succeeds. */
async function callsOfEverything(): Promise<WireCall[]> {
  const deployments = { count: 1, deployments: [deploymentOf("in_progress")] };
  const wire = await openCoolifyWire({
    "GET /version": { text: "4.3.11" },
    "POST /applications/dockerimage": { status: 201, json: { uuid: "app-1" } },
    "PATCH /applications/*/envs/bulk": { status: 201, json: [] },
    "GET /applications": { json: [applicationOf({ uuid: "app-2" })] },
    "GET /deployments": { json: [] },
    "GET /deployments/applications/app-1": { json: deployments },
    "GET /deployments/applications/app-2": { json: { count: 0, deployments: [] } },
    "GET /deployments/d-1": { json: deploymentOf("queued") },
    "POST /deploy": { json: { deployments: [{ message: "queued", deployment_uuid: "d-1" }] } },
    "POST /deployments/*/cancel": { json: { message: "cancelled" } },
    "GET /applications/*": (call) => ({ json: applicationOf({ uuid: call.path.split("/")[2] }) }),
    "POST /applications/*/stop": { json: { message: "queued" } },
    "DELETE /applications/*": { json: { message: "queued" } },
    "GET /servers/*": { json: { settings: { is_reachable: true, is_usable: true } } },
  });
  const service = new CoolifyPlatformService(coolifySettings({ apiUrl: wire.url }));
  const request = service.render(launchOf());
  const secrets = { attemptToken: "token-of-an-attempt" };
  const { signal } = new AbortController();
  const refOf = (identifier: string) => ({ launchKey: "bot-abc234-42-a1", identifier, request });
  await service.create(request, secrets, { resend: false, signal });
  await service.start(refOf("app-2"), secrets, { signal });
  await service.find(refOf("app-1"));
  await service.list();
  await service.stop(refOf("app-1"));
  await service.stop(refOf("app-2"));
  await service.checkHealth();
  await wire.close();
  return wire.calls;
}

describe.skipIf(!check)("Coolify's own API description", () => {
  it("knows every call the adapter makes, with every query parameter and every field of its body", async () => {
    const calls = await callsOfEverything();
    const routes = new Set(calls.map((call) => `${call.method} ${call.path.replaceAll(/(app|d|server)-\d/g, "*")}`));
    expect(routes).toEqual(
      new Set([
        "GET /version",
        "POST /applications/dockerimage",
        "PATCH /applications/*/envs/bulk",
        "GET /deployments/applications/*",
        "POST /deploy",
        "GET /deployments/*",
        "GET /applications/*",
        "GET /applications",
        "GET /deployments",
        "POST /deployments/*/cancel",
        "POST /applications/*/stop",
        "DELETE /applications/*",
        "GET /servers/*",
      ]),
    );
    expect(calls.flatMap((call) => check?.(call) ?? [])).toEqual([]);
  });

  it("would object to a wrong method, a made-up parameter, a made-up field and a wrong type", () => {
    const query = new URLSearchParams();
    const call = { method: "PATCH", path: "/applications/app-1/envs/bulk", query, body: { data: [{ key: "A" }] } };
    expect(check?.(call)).toEqual([]);
    expect(check?.({ ...call, body: { data: [{ key: 1 }] } })).toHaveLength(1);
    expect(check?.({ ...call, body: { data: [{ name: "A" }] } })).toHaveLength(1);
    expect(check?.({ ...call, query: new URLSearchParams("force=1") })).toHaveLength(1);
    expect(check?.({ method: "GET", path: "/deploy", query, body: null })).toHaveLength(1);
  });
});
