import { BatchV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { KubernetesSettings } from "./cluster.ts";
import { createKubernetesEmulator, type KubernetesEmulator } from "./kubernetes-emulator.ts";
import type { Job, KubeEvent, Pod } from "./objects.ts";

/** Containers of the tests: one that stays, one that ends well, one that fails, one that will not be told. */
export const TEST_IMAGES = {
  "registry.example:5000/bot": ["node", "-e", "console.log('up', process.env.WORD); setInterval(() => {}, 1000)"],
  done: ["node", "-e", "console.log('bye')"],
  fails: ["node", "-e", "process.exit(3)"],
  stubborn: ["node", "-e", "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"],
};
export const BOT_IMAGE = "registry.example:5000/bot:1";

export function startEmulator(settings: Partial<KubernetesSettings> = {}): Promise<KubernetesEmulator> {
  return createKubernetesEmulator({ images: TEST_IMAGES, settings: { pullDelayMs: 5, ...settings } });
}

/** The real client, as a control plane would make it from the kubeconfig. */
export function connectClient(emulator: KubernetesEmulator) {
  const config = new KubeConfig();
  config.loadFromString(emulator.kubeconfig());
  return { config, batch: config.makeApiClient(BatchV1Api), core: config.makeApiClient(CoreV1Api) };
}

/** A Job with one container; `spec` and `podSpec` are laid over it. */
export function jobBody(
  name: string,
  { image = BOT_IMAGE, spec = {}, podSpec = {}, container = {} }: JobOverrides = {},
) {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels: { app: "bot", name } },
    spec: {
      backoffLimit: 0,
      podReplacementPolicy: "Failed",
      ...spec,
      template: {
        metadata: { labels: { app: "bot" } },
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: 2,
          ...podSpec,
          containers: [{ name: "bot", image, ...container }],
        },
      },
    },
  };
}

export interface JobOverrides {
  image?: string;
  spec?: object;
  podSpec?: object;
  container?: object;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

/** Raw HTTP with the control plane's token, or another one. */
export async function call(
  emulator: KubernetesEmulator,
  method: string,
  path: string,
  body?: unknown,
  { type = "application/json", token = emulator.token }: { type?: string; token?: string } = {},
): Promise<RawAnswer> {
  const response = await fetch(emulator.url + path, {
    method,
    headers: { "content-type": type, ...(token === "" ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

export const JOBS = "/apis/batch/v1/namespaces/bots/jobs";
export const PODS = "/api/v1/namespaces/bots/pods";
export const SECRETS = "/api/v1/namespaces/bots/secrets";

/** Waits for a change of the store after which `find` finds something. */
export function until<T>(emulator: KubernetesEmulator, find: () => T | undefined | false | null): Promise<T> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = find();
      if (found === undefined || found === false || found === null) return;
      unsubscribe();
      resolve(found);
    };
    const unsubscribe = emulator.store.subscribe(look);
    look();
  });
}

export function findJob(emulator: KubernetesEmulator, name: string): Job | undefined {
  return emulator.store.get("jobs", "bots", name);
}

export function podsOf(emulator: KubernetesEmulator, jobName: string): Pod[] {
  return emulator.store.list("pods").filter(({ metadata }) => metadata.labels?.["job-name"] === jobName);
}

export function untilRunning(emulator: KubernetesEmulator, jobName: string): Promise<Pod> {
  return until(emulator, () => podsOf(emulator, jobName).find(({ status }) => status.phase === "Running"));
}

/** Running, and its process has said that its signal handlers are in place. */
export async function untilUp(emulator: KubernetesEmulator, jobName: string): Promise<Pod> {
  const pod = await untilRunning(emulator, jobName);
  const path = `${PODS}/${pod.metadata.name}/log`;
  while (!(await call(emulator, "GET", path)).text.startsWith("up")) await new Promise(setImmediate);
  return pod;
}

export function untilWaiting(emulator: KubernetesEmulator, jobName: string, reason: string): Promise<Pod> {
  return until(emulator, () =>
    podsOf(emulator, jobName).find(({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === reason),
  );
}

export function untilEvent(emulator: KubernetesEmulator, about: string, reason: string): Promise<KubeEvent> {
  return until(emulator, () =>
    emulator.store
      .list("events")
      .find((event) => event.involvedObject.name.startsWith(about) && event.reason === reason),
  );
}

export function conditionTypes(job: Job | undefined): string[] {
  return (job?.status.conditions ?? []).filter(({ status }) => status === "True").map(({ type }) => type);
}
