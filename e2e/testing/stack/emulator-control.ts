import type { DeploymentPlatform } from "@milo/placement";
import { PRIORITY_ORDER } from "../../../demo/src/timings.ts";

/** What a test does to one emulated platform. Operations, settings and names are listed by its `--help`. */
export type EmulatorControl = {
  url: string;
  /** Changes settings, such as `{ onDemandCapacity: 1 }`. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Makes requests fail: `{ match: { operation: "RunTask" }, fault: "status", status: 503 }`. */
  fail(rule: Readonly<Record<string, unknown>>): Promise<void>;
  /** Shows a row of the failure catalogue, such as `row-03-quota-conflict`. */
  provoke(name: string, options?: { times?: number; workload?: string }): Promise<void>;
  /** Answers nothing any more, until `recover`. */
  freeze(): Promise<void>;
  /** Starts a second process of a workload's container; answers whether one ran. */
  twin(workload: string): Promise<boolean>;
  /** Refuses connections for so long. */
  goOffline(forMs: number): Promise<void>;
  /** Takes faults back, those of `freeze` and `fail`. */
  recover(): Promise<void>;
  /** What really ran when: its own record. */
  timeline(): Promise<unknown>;
};

const ANSWER_WITHIN_MS = 30_000;

export function controlEmulators(
  urls: Readonly<Record<DeploymentPlatform, string>>,
): Record<DeploymentPlatform, EmulatorControl> {
  const controls = PRIORITY_ORDER.map((platform) => [platform, controlEmulator(urls[platform])] as const);
  return Object.fromEntries(controls) as Record<DeploymentPlatform, EmulatorControl>;
}

function controlEmulator(url: string): EmulatorControl {
  const ask = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/_emulator/${name}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The emulator refused ${method} ${name}: ${text}`);
    return JSON.parse(text) as unknown;
  };
  const post = async (name: string, body: unknown) => void (await ask("POST", name, body));
  return {
    url,
    set: (settings) => post("settings", settings),
    fail: (rule) => post("faults", rule),
    provoke: (name, options = {}) => post("provoke", { name, ...options }),
    freeze: () => post("faults", { match: {}, fault: "timeout-before" }),
    twin: async (workload) => ((await ask("POST", "twin", { workload })) as { done: boolean }).done,
    goOffline: (ms) => post("offline", { ms }),
    recover: async () => void (await ask("DELETE", "faults")),
    timeline: () => ask("GET", "timeline"),
  };
}
