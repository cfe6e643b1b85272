import { type FaultRule, type Faults, InvalidFaultError } from "./faults.ts";
import { type EmulatorRequest, type EmulatorResponse, InvalidJsonError, parseJson } from "./http-message.ts";
import { SENTINELS } from "./sentinels.ts";
import { type Settings, UnknownSettingError } from "./settings.ts";
import type { Timeline } from "./timeline.ts";

/** Where every control endpoint lives; the emulated API never uses it. */
export const CONTROL_PREFIX = "/_emulator/";

/** What the control endpoints act on. */
export interface ControlTargets<T extends { [K in keyof T]: string | number | boolean | null }> {
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly settings: Settings<T>;
  /** Everything back to the start: no objects, no containers, no faults, default settings. */
  readonly reset: () => void | Promise<void>;
  /** The platform's own controls, `POST /_emulator/<name>` with a JSON body. */
  readonly controls?: Readonly<Record<string, (body: unknown) => unknown>>;
  readonly requests: () => readonly unknown[];
  /** Starts a second process of a workload's container; false when none runs. */
  readonly twin: (workload: string) => boolean;
  /** Refuses connections for that many milliseconds. */
  readonly goOffline: (ms: number) => void;
}

/**
 * Answers a control request: GET timeline, requests, faults, settings, sentinels; POST faults, settings, reset,
 * offline, twin and the platform's own; DELETE faults.
 */
export async function handleControl<T extends { [K in keyof T]: string | number | boolean | null }>(
  request: EmulatorRequest,
  targets: ControlTargets<T>,
): Promise<EmulatorResponse> {
  const name = request.path.slice(CONTROL_PREFIX.length);
  try {
    const body = await runControl(`${request.method} ${name}`, request, targets);
    return body === undefined ? { status: 404, body: { error: `no control ${request.method} ${name}` } } : ok(body);
  } catch (error) {
    if (
      error instanceof InvalidJsonError ||
      error instanceof InvalidFaultError ||
      error instanceof UnknownSettingError
    ) {
      return { status: 400, body: { error: error.message } };
    }
    throw error;
  }
}

async function runControl<T extends { [K in keyof T]: string | number | boolean | null }>(
  control: string,
  request: EmulatorRequest,
  targets: ControlTargets<T>,
): Promise<unknown> {
  switch (control) {
    case "GET timeline":
      return { entries: targets.timeline.entries(), intervals: targets.timeline.intervals() };
    case "GET requests":
      return targets.requests();
    case "GET sentinels":
      return SENTINELS;
    case "GET faults":
      return targets.faults.list();
    case "POST faults":
      targets.faults.add(parseObject(request) as unknown as FaultRule);
      return targets.faults.list();
    case "DELETE faults":
      targets.faults.clear();
      return [];
    case "GET settings":
      return targets.settings.get();
    case "POST settings":
      targets.settings.set(parseObject(request) as Partial<T>);
      return targets.settings.get();
    case "POST reset":
      await targets.reset();
      return {};
    case "POST offline":
      targets.goOffline(Number(parseObject(request).ms));
      return {};
    case "POST twin":
      return { done: targets.twin(String(parseObject(request).workload)) };
    default: {
      const [method, name = ""] = control.split(" ");
      const own = method === "POST" ? targets.controls?.[name] : undefined;
      return own === undefined ? undefined : ((await own(parseObject(request))) ?? {});
    }
  }
}

function parseObject(request: EmulatorRequest): Record<string, unknown> {
  const body = parseJson(request) ?? {};
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new InvalidJsonError("not a JSON object");
  return body as Record<string, unknown>;
}

function ok(body: unknown): EmulatorResponse {
  return { status: 200, body };
}
