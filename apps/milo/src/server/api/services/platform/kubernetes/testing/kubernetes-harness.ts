import { createKubernetesEmulator, type KubernetesEmulator, sentinelImage } from "@milo/emulators";
import type { PlatformHarness, ServiceOptions, Sightings } from "../../testing/platform-harness.ts";
import { KubernetesPlatformService } from "../kubernetes-platform-service.ts";
import type { ClusterAccess, KubernetesSettings } from "../kubernetes-settings.ts";
import { kubeconfigFor } from "./kubernetes-fixtures.ts";

const INSTALLATION_ID = "k3tst2";
const PAGE_SIZE = 3;
/** What a bot says once it can be told to leave. */
const READY = "ready to be told";
/** A bot that leaves when it is told to, as a real one does. */
const BOT_SCRIPT = `process.on("SIGTERM", () => setTimeout(() => process.exit(0), 100));
console.log("${READY}"); setInterval(() => {}, 1000);`;
/** A bot that dies of the signal. */
const ABRUPT_SCRIPT = "setInterval(() => {}, 1000)";

/** Starts the emulator as the suite needs it. */
export function startEmulator(): Promise<KubernetesEmulator> {
  const run = (script: string) => [process.execPath, "-e", script];
  return createKubernetesEmulator({ images: { bot: run(BOT_SCRIPT), "abrupt-bot": run(ABRUPT_SCRIPT) } });
}

/** Settings of a service against the emulator. */
export function emulatorSettings(emulator: KubernetesEmulator, options: ServiceOptions = {}): KubernetesSettings {
  const image = options.image === "missing" ? sentinelImage<"kubernetes">("bot", "image-pull-backoff") : "bot:1";
  return {
    ...commonSettings(options),
    access: accessFor(options, { kind: "kubeconfig-text", text: emulator.kubeconfig() }),
    namespace: emulator.namespace,
    images: { zoom: image, "google-meet": image, "microsoft-teams": image },
    pageSize: PAGE_SIZE,
  };
}

/** The emulator as an endpoint of the contract. */
export function emulatorHarness(emulator: KubernetesEmulator): PlatformHarness {
  return {
    installationId: INSTALLATION_ID,
    service: (options) => new KubernetesPlatformService(emulatorSettings(emulator, options)),
    createIsInert: true,
    moreThanOnePage: PAGE_SIZE * 2 + 1,
    patienceMs: 20_000,
    witness: (launchKey) => Promise.resolve(readWitness(emulator, launchKey)),
    faults: {
      hang: async (call) => {
        const operation = { create: "create-job", start: "patch-job", list: "list-jobs" }[call];
        emulator.faults.add({ match: { operation }, fault: "timeout-before" });
      },
      loseAnswerOfCreate: async () => {
        emulator.faults.add({ match: { operation: "create-job" }, fault: "reset-after", times: 1 });
      },
      refuseCreate: async (refusal) => {
        if (refusal === "capacity") emulator.settings.set({ quotaJobs: 0 });
        else if (refusal === "auth") emulator.settings.set({ denied: "create jobs" });
        else emulator.addCannedFault("throttled", { operation: "create-job" }, 1);
      },
      failSecondPage: async () => {
        // The first rule that matches is used up first: it lets the first page pass.
        emulator.faults.add({ match: { operation: "list-jobs" }, fault: "delay", delayMs: 1, times: 1 });
        emulator.addCannedFault("unavailable", { operation: "list-jobs" }, 1);
      },
      clear: async () => {
        emulator.faults.clear();
        emulator.settings.set({ quotaJobs: null, denied: "" });
      },
    },
    plantForeign: (launchKey) => plantForeignJob(emulator, launchKey),
    close: () => emulator.close(),
  };
}

/** What every endpoint's services have in common. */
export function commonSettings(options: ServiceOptions) {
  const { timeoutMs } = options;
  return {
    installationId: options.installationId ?? INSTALLATION_ID,
    now: Date.now,
    ...(timeoutMs === undefined ? {} : { timeoutsMs: { write: timeoutMs, read: timeoutMs, list: timeoutMs } }),
  };
}

/** The last port of all, which systems give out to nobody; undici refuses to connect to the well-known ones. */
export function accessFor(options: ServiceOptions, real: ClusterAccess): ClusterAccess {
  const nobody = kubeconfigFor("http://127.0.0.1:65535");
  return options.endpoint === "nobody" ? { kind: "kubeconfig-text", text: nobody } : real;
}

function readWitness(emulator: KubernetesEmulator, launchKey: string): Sightings {
  const intervals = emulator.timeline.intervals().filter((interval) => interval.launchKey === launchKey);
  const orders = emulator.timeline
    .entries()
    .filter((entry) => entry.launchKey === launchKey && ["stop_requested", "killed"].includes(entry.kind));
  return {
    starts: intervals.length,
    running: intervals.filter((interval) => interval.end === null).length,
    signals: orders.map((entry) => (entry.kind === "killed" ? "SIGKILL" : "SIGTERM")),
  };
}

/** A Job of somebody else, which bears no label of ours. */
async function plantForeignJob(emulator: KubernetesEmulator, name: string): Promise<() => Promise<boolean>> {
  const container = { name: "theirs", image: "bot:1" };
  const planted = await askAsAdmin(emulator, "POST", "jobs", {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { suspend: true, template: { spec: { restartPolicy: "Never", containers: [container] } } },
  });
  return async () => {
    const now = await askAsAdmin(emulator, "GET", `jobs/${name}`);
    return planted.status === 201 && now.body.metadata?.uid === planted.body.metadata?.uid;
  };
}

/** Whether the pod's bot listens to signals by now; one that does not yet is killed by the first. */
export async function isListening(emulator: KubernetesEmulator, pod: string): Promise<boolean> {
  const url = `${emulator.url}/api/v1/namespaces/${emulator.namespace}/pods/${pod}/log`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${emulator.adminToken}` } });
  return (await response.text()).includes(READY);
}

/** An answer to `askAsAdmin`: an object, a list, or a Status. */
export type AdminAnswer = { status: number; body: { metadata?: { uid?: string }; items?: { metadata: object }[] } };

/** Asks the emulator past the adapter, with the rights of an administrator, for a path within its namespace. */
export async function askAsAdmin(
  emulator: KubernetesEmulator,
  method: string,
  path: string,
  body?: object,
): Promise<AdminAnswer> {
  const root = path.startsWith("jobs") ? "apis/batch/v1" : "api/v1";
  const response = await fetch(`${emulator.url}/${root}/namespaces/${emulator.namespace}/${path}`, {
    method,
    headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as AdminAnswer["body"] };
}
