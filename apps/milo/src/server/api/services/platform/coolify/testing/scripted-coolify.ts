import { afterEach } from "vitest";
import type { WorkloadRef } from "../../platform-service.ts";
import { CoolifyPlatformService } from "../coolify-platform-service.ts";
import type { CoolifySettings } from "../coolify-settings.ts";
import {
  type CoolifyWire,
  coolifySettings,
  launchOf,
  openCoolifyWire,
  type WireAnswer,
  type WireScript,
} from "./coolify-wire.ts";

export const SECRETS = { attemptToken: "s3cret-token" };
export const DEPLOYMENTS_OF = "GET /deployments/applications/*";
export const QUEUE_FULL: WireAnswer = {
  status: 429,
  json: { message: "Deployment queue is full. Please wait." },
  headers: { "retry-after": "60" },
};

/** Answers a way to open a service against a scripted Coolify, which is closed after each test. */
export function prepareScriptedCoolify() {
  const wires: CoolifyWire[] = [];
  afterEach(async () => {
    for (const wire of wires.splice(0)) await wire.close();
  });
  return async (script: WireScript, overrides: Partial<CoolifySettings> = {}) => {
    const wire = await openCoolifyWire({ "GET /version": { text: "4.3.11" }, ...script });
    wires.push(wire);
    return callsOf(wire, overrides);
  };
}

/** One service, its clock, and its calls for the launch of `launchOf()`. */
function callsOf(wire: CoolifyWire, overrides: Partial<CoolifySettings>) {
  const clock = { nowMs: Date.parse("2026-01-01T01:00:00Z") };
  const service = new CoolifyPlatformService(coolifySettings({ apiUrl: wire.url, ...overrides }), () => clock.nowMs);
  const request = service.render(launchOf());
  const { signal } = new AbortController();
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

/** An application's deployments as Coolify serves them. */
export const deployments = (...list: object[]): WireAnswer => ({ json: { count: list.length, deployments: list } });
export const deploymentOf = (status: string, extra: object = {}) => ({
  deployment_uuid: "d-1",
  status,
  application_name: "bot-abc234-42-a1",
  created_at: "2026-01-01T00:59:00Z",
  ...extra,
});
