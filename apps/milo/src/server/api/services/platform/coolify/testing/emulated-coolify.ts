import { type CoolifyEmulator, createCoolifyEmulator, sentinelImage } from "@milo/emulators";
import type { PlatformHarness, ServiceOptions } from "../../testing/platform-harness.ts";
import { CoolifyPlatformService } from "../coolify-platform-service.ts";
import { coolifySettings } from "./coolify-wire.ts";
import { settingsOf } from "./settings-of.ts";

const INSTALLATION_ID = "abc234";
const IMAGE = "registry.example/bot";
const TOKEN = "7|milo";
/** With `read:sensitive`, without which a failed deployment's log, and so its class, stays hidden. */
const ABILITIES = ["read" as const, "read:sensitive" as const, "write" as const, "deploy" as const];
const SIGNALS: Readonly<Record<string, string>> = { stop_requested: "SIGTERM", killed: "SIGKILL" };
const TOO_MANY = { status: 429, body: { message: "Too Many Attempts." }, headers: { "retry-after": "1" } };
/** A minute or two on a real server; the adapter is told of both in proportion. */
const STATUS_LAG_MS = 100;
const STATUS_SETTLE_MS = 500;

/** The port's contract harness over a Coolify emulator whose containers are processes that sleep. */
export async function openEmulatedCoolify(options: { version?: string } = {}): Promise<PlatformHarness> {
  const emulator = await createCoolifyEmulator({
    images: { [IMAGE]: ["sleep", "600"] },
    tokens: [{ token: TOKEN, abilities: ABILITIES }],
    // The suite looks far more often than a dispatcher does.
    settings: { rateLimitPerMinute: null, statusLagMs: STATUS_LAG_MS },
    ...options,
  });
  return {
    installationId: INSTALLATION_ID,
    createIsInert: true,
    moreThanOnePage: 3,
    patienceMs: 15_000,
    service: (wanted = {}) => openService(emulator, wanted),
    witness: async (launchKey) => sightingsOf(emulator, launchKey),
    faults: faultsOf(emulator),
    close: () => emulator.close(),
  };
}

function openService(emulator: CoolifyEmulator, options: ServiceOptions): CoolifyPlatformService {
  const callMs = options.timeoutMs ?? 10_000;
  const missing = sentinelImage(IMAGE, "deployment-failed").slice(IMAGE.length + 1);
  const image = { name: IMAGE, tag: options.image === "missing" ? missing : "1" };
  return new CoolifyPlatformService(
    coolifySettings({
      installationId: options.installationId ?? INSTALLATION_ID,
      ...settingsOf(emulator, TOKEN, image),
      ...(options.endpoint === "nobody" ? { apiUrl: "http://127.0.0.1:1" } : {}),
      stopGraceSeconds: 5,
      requestsPerMinute: 100_000,
      statusSettleMs: STATUS_SETTLE_MS,
      timeouts: { requestMs: callMs, callMs },
    }),
  );
}

function sightingsOf(emulator: CoolifyEmulator, launchKey: string) {
  const entries = emulator.timeline.entries().filter((entry) => entry.launchKey === launchKey);
  const intervals = emulator.timeline.intervals().filter((interval) => interval.launchKey === launchKey);
  return {
    starts: intervals.length,
    running: intervals.filter((interval) => interval.end === null).length,
    signals: entries.flatMap((entry) => SIGNALS[entry.kind] ?? []),
  };
}

function faultsOf(emulator: CoolifyEmulator): PlatformHarness["faults"] {
  const operations = { create: "create", start: "deploy", list: "list" };
  return {
    hang: async (call) => emulator.faults.add({ match: { operation: operations[call] }, fault: "timeout-before" }),
    loseAnswerOfCreate: async () => {
      emulator.faults.add({ match: { operation: "create" }, fault: "timeout-after", times: 1 });
    },
    refuseCreate: async (refusal) => {
      if (refusal === "throttled") {
        emulator.faults.add({ match: { operation: "create" }, fault: "status", times: 1, ...TOO_MANY });
      } else {
        emulator.fail("create", refusal === "capacity" ? "queue-full" : "unauthenticated", 1);
      }
    },
    failSecondPage: async () => emulator.fail("list-deployments", "server-error", 1),
    clear: async () => emulator.faults.clear(),
  };
}
