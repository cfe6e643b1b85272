import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CreateOutcome } from "../platform-service.ts";
import { CoolifyPlatformService } from "./coolify-platform-service.ts";
import { coolifySettings, launchOf, openCoolifyWire, type WireAnswer, type WireCall } from "./testing/coolify-wire.ts";

/** What can become of one request: done and answered, done with the answer lost, not done, or refused. */
const FATES = ["answer", "lose", "drop", "fail-after", "fail-before", "refuse"] as const;
type Fate = (typeof FATES)[number];

const MAX_CREATES = 6;

/** A Coolify that makes an application for every create it is asked for, as the real one does. */
function modelOf(fates: Fate[]) {
  const applications = new Map<string, object>();
  const environments = new Map<string, unknown>();
  let made = 0;
  let needless = 0;
  const take = (call: WireCall): WireAnswer => {
    const uuid = call.path.split("/")[2] ?? "";
    if (call.method === "POST") {
      if (applications.size > 0) needless += 1;
      made += 1;
      const created_at = new Date(made * 1_000).toISOString();
      applications.set(`app-${made}`, { ...(call.body as object), uuid: `app-${made}`, status: "exited", created_at });
      return { status: 201, json: { uuid: `app-${made}` } };
    }
    if (call.method === "PATCH") environments.set(uuid, call.body);
    if (call.method === "DELETE") applications.delete(uuid);
    return { json: { message: "ok" } };
  };
  const meet = (call: WireCall): WireAnswer => {
    const fate = fates.shift() ?? "answer";
    if (fate === "refuse") return { status: 401, json: { message: "Unauthenticated." } };
    const answer = fate === "drop" || fate === "fail-before" ? null : take(call);
    if (fate === "lose" || fate === "drop") return { reset: true };
    return fate === "answer" && answer ? answer : { status: 502, text: "<html>Bad Gateway</html>" };
  };
  return {
    script: {
      "GET /version": { text: "4.3.11" },
      "GET /applications": () => ({ json: [...applications.values()] }),
      "GET /deployments/applications/*": { json: { count: 0, deployments: [] } },
      "POST /applications/dockerimage": meet,
      "PATCH /applications/*/envs/bulk": meet,
      "DELETE /applications/*": meet,
    },
    /** Creates that asked for an application although one was there. */
    needless: () => needless,
    uuids: () => [...applications.keys()],
    environmentOf: (uuid: string) => environments.get(uuid),
  };
}

describe("creating a Coolify application over an unreliable network", () => {
  it("makes none beside one that is there, ends with it whole with its environment, and deploys none", async () => {
    const fates = fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fates, async (drawn) => {
        const model = modelOf([...drawn]);
        const wire = await openCoolifyWire(model.script);
        const service = new CoolifyPlatformService(coolifySettings({ apiUrl: wire.url }));
        const request = service.render(launchOf());
        let outcome: CreateOutcome = { kind: "unknown", reason: "not sent" };
        for (let create = 0; create < MAX_CREATES && outcome.kind === "unknown"; create += 1) {
          const { signal } = new AbortController();
          outcome = await service.create(request, { attemptToken: "token-1" }, { resend: create > 0, signal });
        }
        const deployed = wire.callsOf("POST /deploy");
        await wire.close();
        expect(deployed).toEqual([]);
        expect(model.needless()).toBe(0);
        if (outcome.kind !== "created") return;
        expect(model.uuids()[0]).toBe(outcome.identifier);
        expect(JSON.stringify(model.environmentOf(outcome.identifier))).toContain("token-1");
      }),
      { numRuns: 100 },
    );
  });
});
