import { type CoolifyEmulator, createCoolifyEmulator } from "@milo/emulators";
import { afterEach, describe, expect, it } from "vitest";
import type { Check } from "../platform-diagnosis.ts";
import { expectOnly, readChecks } from "../testing/diagnosis-bench.ts";
import { CoolifyDiagnosis } from "./coolify-diagnosis.ts";
import { type CoolifySettings, DEFAULT_COOLIFY_TIMEOUTS, DEFAULT_DEPLOYMENT_STUCK_MS } from "./coolify-settings.ts";
import { settingsOf } from "./testing/settings-of.ts";

type Break = {
  id: string;
  status?: Check["status"];
  what: string;
  emulator?: (emulator: CoolifyEmulator) => void;
  settings?: Partial<CoolifySettings>;
  version?: string;
};

/** Tokens of the emulator, by what they lack. */
const TOKENS = [
  { token: "1|all", abilities: ["read", "write", "deploy"] },
  { token: "2|no-read", abilities: ["write", "deploy"] },
  { token: "3|no-write", abilities: ["read", "deploy"] },
  { token: "4|no-deploy", abilities: ["read", "write"] },
] as const;

const BREAKS: readonly Break[] = [
  { id: "coolify.reach", what: "does not answer", settings: { apiUrl: "http://127.0.0.1:9" } },
  {
    id: "coolify.reach",
    what: "is hidden by a proxy's error",
    emulator: ({ faults }) =>
      faults.add({ match: { operation: "version" }, fault: "status", status: 502, body: "<html>Bad Gateway</html>" }),
  },
  { id: "coolify.credentials", what: "does not know the token", settings: { apiToken: "9|wrong" } },
  {
    id: "coolify.credentials",
    what: "has its API switched off",
    emulator: ({ settings }) => void settings.set({ apiEnabled: false }),
  },
  {
    id: "coolify.credentials",
    what: "does not take this address",
    emulator: ({ settings }) => void settings.set({ addressAllowed: false }),
  },
  { id: "coolify.version", status: "warn", what: "is too old to end restarts", version: "4.2.0" },
  { id: "coolify.permission.read", what: "gave a token without read", settings: { apiToken: "2|no-read" } },
  { id: "coolify.permission.write", what: "gave a token without write", settings: { apiToken: "3|no-write" } },
  { id: "coolify.permission.deploy", what: "gave a token without deploy", settings: { apiToken: "4|no-deploy" } },
  { id: "coolify.server", what: "has no such server", settings: { serverUuid: "other" } },
  {
    id: "coolify.server-in-order",
    what: "does not reach its server",
    emulator: ({ settings }) => void settings.set({ serverFunctional: false }),
  },
  {
    id: "coolify.concurrent-builds",
    status: "warn",
    what: "makes fewer deployments at once than milo asks for",
    emulator: ({ settings }) => void settings.set({ concurrentBuilds: 1 }),
  },
  { id: "coolify.destination", what: "has no such destination on the server", settings: { destinationUuid: "other" } },
  { id: "coolify.project", what: "has no such project", settings: { projectUuid: "other" } },
  { id: "coolify.environment", what: "has no such environment", settings: { environmentName: "staging" } },
  { id: "coolify.environment", what: "has another environment of that name", settings: { environmentUuid: "other" } },
];

describe("the check-up of Coolify", () => {
  let emulator: CoolifyEmulator;
  const start = async (version?: string) => {
    emulator = await createCoolifyEmulator({
      images: {},
      tokens: TOKENS.map(({ token, abilities }) => ({ token, abilities: [...abilities] })),
      settings: { rateLimitPerMinute: null },
      ...(version === undefined ? {} : { version }),
    });
  };
  afterEach(() => emulator.close());

  it("finds nothing wrong with a Coolify that is as it should be, and says plainly what it cannot prove", async () => {
    await start();
    const whole = await examine(emulator);
    expect(whole.filter(({ status }) => status !== "ok").map(({ id, status }) => [id, status])).toEqual([
      ["coolify.image", "skipped"],
    ]);
    const broken = [...BREAKS.map(({ id }) => id), "coolify.image"];
    expect(whole.map(({ id }) => id).filter((id) => !broken.includes(id))).toEqual([]);
  });

  it.each(BREAKS)("sees by $id alone that it $what", async ({ id, status = "fail", version, settings, ...broken }) => {
    await start(version);
    const whole = await examine(emulator);
    broken.emulator?.(emulator);
    expectOnly(await examine(emulator, settings), whole, id, status);
  });

  it("makes, deploys and stops nothing", async () => {
    await start();
    await examine(emulator);
    expect(emulator.applications()).toEqual([]);
    expect(emulator.deployments()).toEqual([]);
  });

  it("says what an older Coolify does not tell, and fails nothing for it", async () => {
    await start();
    for (const operation of ["list-destinations"]) {
      const body = { message: "Not found.", docs: "https://coolify.io/docs" };
      emulator.faults.add({ match: { operation }, fault: "status", status: 404, body });
    }
    const seen = await examine(emulator);
    expect(seen.filter(({ status }) => status === "fail")).toEqual([]);
    expect(seen.find(({ id }) => id === "coolify.destination")).toMatchObject({ status: "skipped" });
  });
});

function examine(emulator: CoolifyEmulator, settings: Partial<CoolifySettings> = {}): Promise<Check[]> {
  const app = { name: "registry.example/bot", tag: "1" };
  const all: CoolifySettings = {
    ...settingsOf(emulator, "1|all", app),
    installationId: "abc234",
    limitsCpus: "1",
    limitsMemory: "1g",
    customDockerOptions: "--init",
    stopGraceSeconds: 30,
    requestsPerMinute: 100_000,
    statusSettleMs: 1_000,
    deploymentStuckMs: DEFAULT_DEPLOYMENT_STUCK_MS,
    timeouts: DEFAULT_COOLIFY_TIMEOUTS,
    ...settings,
  };
  return readChecks(new CoolifyDiagnosis(all, { limit: 5, launchConcurrency: 2, miloUrl: "https://milo.example.com" }));
}
