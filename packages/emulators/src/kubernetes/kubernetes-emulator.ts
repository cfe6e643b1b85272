import { randomBytes } from "node:crypto";
import { type ProvokeOptions, provokeFault, readProvocation } from "../runtime/catalogue-faults.ts";
import { createContainerRuntime } from "../runtime/container-runtime.ts";
import { createFaults, type FaultMatch, type Faults, InvalidFaultError } from "../runtime/faults.ts";
import { createEmulatorServer, type RequestLogEntry } from "../runtime/http-server.ts";
import { createSettings, type Settings } from "../runtime/settings.ts";
import { createTimeline, type Timeline } from "../runtime/timeline.ts";
import { handleApiRequest } from "./api.ts";
import { CANNED_FAULTS, type CannedFault, cannedFault } from "./canned-faults.ts";
import { KUBERNETES_CATALOGUE, type KubernetesCatalogueFault } from "./catalogue.ts";
import { type Cluster, createTimers, DEFAULT_SETTINGS, type KubernetesSettings } from "./cluster.ts";
import { createControlPlane } from "./control-plane.ts";
import { type Disruption, disruptPod, isDisruption } from "./disruptions.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import { createLister } from "./list-pages.ts";
import { identifyRequest } from "./routing.ts";
import { createStore, type Store } from "./store.ts";
import { createWatches, WATCH_FAULTS, type WatchFault } from "./watching.ts";

export interface KubernetesEmulatorOptions {
  /** Image name without tag and digest → the command that runs as its container. */
  readonly images: Readonly<Record<string, readonly string[]>>;
  readonly settings?: Partial<KubernetesSettings>;
  /** The one namespace there is; default `bots`. */
  readonly namespace?: string;
  readonly port?: number;
  readonly host?: string;
  /** Token of the control plane's service account; random by default. */
  readonly token?: string;
  /** Milliseconds since the epoch, for timestamps and deadlines. */
  readonly clock?: () => number;
}

export interface KubernetesEmulator {
  readonly url: string;
  readonly namespace: string;
  readonly token: string;
  /** May do everything, also what the control plane's role may not. */
  readonly adminToken: string;
  /** YAML for the control plane's token. */
  kubeconfig(): string;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly settings: Settings<KubernetesSettings>;
  /** The stored objects, to look at. */
  readonly store: Store;
  requests(): readonly RequestLogEntry[];
  /** Adds an answer of a server in trouble; with `afterWork` the request still takes effect. */
  addCannedFault(name: CannedFault, match: FaultMatch, times?: number, afterWork?: boolean): void;
  /** Shows a row of the failure catalogue now; `workload` is a pod's name. Throws InvalidFaultError. */
  provoke(name: KubernetesCatalogueFault, options?: ProvokeOptions): void;
  disturbWatches(fault: WatchFault): void;
  /** Watches that are open now. */
  countWatches(): number;
  /** Does something to a running pod; false when it does not run. */
  disruptPod(name: string, disruption: Disruption, exitCode?: number): boolean;
  goOffline(ms: number): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a Kubernetes API server with one node that runs pods as processes. */
export async function createKubernetesEmulator(options: KubernetesEmulatorOptions): Promise<KubernetesEmulator> {
  const clock = options.clock ?? Date.now;
  const namespace = options.namespace ?? "bots";
  const tokens = { token: options.token ?? makeToken(), adminToken: makeToken() };
  const timeline = createTimeline({ platform: "kubernetes", clock });
  const faults = createFaults();
  const runtime = createContainerRuntime({ images: options.images, timeline });
  const initialSettings: KubernetesSettings = { ...DEFAULT_SETTINGS, ...options.settings };
  const cluster: Cluster = {
    store: createStore(clock),
    settings: createSettings(initialSettings),
    runtime,
    timeline,
    clock,
    timers: createTimers(),
    namespace,
  };
  const controlPlane = createControlPlane(cluster);
  const settings: Settings<KubernetesSettings> = {
    ...cluster.settings,
    set: (values) => {
      cluster.settings.set(values);
      controlPlane.wake();
    },
  };
  const lister = createLister(cluster);
  const watches = createWatches(cluster);
  const disrupt = (name: string, disruption: Disruption, exitCode?: number): boolean => {
    const pod = cluster.store.get("pods", namespace, name);
    return pod !== undefined && disruptPod(cluster, controlPlane.kubelet, pod, disruption, exitCode);
  };
  const addCannedFault = (name: CannedFault, match: FaultMatch, times?: number, afterWork?: boolean): void =>
    faults.add(cannedFault(name, match, times, afterWork));
  const provoke = (name: string, provokeOptions?: ProvokeOptions): void => {
    const sufferer = {
      faults,
      settings,
      goOffline: (ms: number) => void server.goOffline(ms),
      disrupt: (pod: string, disruption: Disruption | WatchFault) => {
        if (isDisruption(disruption)) return disrupt(pod, disruption);
        watches.disturb(disruption);
        return true;
      },
    };
    provokeFault(KUBERNETES_CATALOGUE, sufferer, name, provokeOptions);
  };
  const reset = async (): Promise<void> => {
    cluster.timers.clear();
    controlPlane.clear();
    cluster.store.clear();
    await runtime.killAll();
    watches.disturb("close");
    lister.clear();
    faults.clear();
    settings.reset();
    timeline.clear();
    server.clearRequests();
  };

  const server = createEmulatorServer({
    identify: identifyRequest,
    handle: (request) => handleApiRequest({ cluster, controlPlane, lister, watches, tokens }, request),
    latencyMs: () => settings.get().latencyMs,
    timeline,
    faults,
    settings,
    reset,
    twin: runtime.twin,
    clock,
    controls: {
      watches: (body) => watches.disturb(readWatchFault(body)),
      pods: (body) => ({ done: disrupt(...readDisruption(body)) }),
      provoke: (body) => provoke(...readProvocation(body)),
      "canned-faults": (body) => addCannedFault(...readCannedFault(body)),
    },
  });
  const url = await server.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
  const close = async (): Promise<void> => {
    cluster.timers.clear();
    controlPlane.clear();
    await Promise.all([server.close(), runtime.close()]);
    cluster.timers.clear();
  };
  return {
    url,
    namespace,
    ...tokens,
    kubeconfig: () => formatKubeconfig({ url, token: tokens.token, namespace }),
    timeline,
    faults,
    settings,
    store: cluster.store,
    requests: server.requests,
    addCannedFault,
    provoke,
    disturbWatches: watches.disturb,
    countWatches: watches.count,
    disruptPod: disrupt,
    goOffline: server.goOffline,
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function makeToken(): string {
  return randomBytes(24).toString("base64url");
}

function readWatchFault(body: unknown): WatchFault {
  const { fault } = body as { fault?: unknown };
  const found = WATCH_FAULTS.find((one) => one === fault);
  if (found === undefined) throw new InvalidFaultError(`fault must be one of ${WATCH_FAULTS.join(", ")}`);
  return found;
}

function readDisruption(body: unknown): [string, Disruption, number | undefined] {
  const { name, disruption, exitCode } = body as { name?: unknown; disruption?: unknown; exitCode?: unknown };
  if (!isDisruption(disruption)) throw new InvalidFaultError(`no disruption ${JSON.stringify(disruption)}`);
  return [String(name), disruption, typeof exitCode === "number" ? exitCode : undefined];
}

function readCannedFault(body: unknown): [CannedFault, FaultMatch, number | undefined, boolean] {
  const {
    name,
    match = {},
    times,
    afterWork,
  } = body as {
    name?: unknown;
    match?: FaultMatch;
    times?: number;
    afterWork?: boolean;
  };
  const found = Object.keys(CANNED_FAULTS).find((one) => one === name);
  if (found === undefined) throw new InvalidFaultError(`name must be one of ${Object.keys(CANNED_FAULTS).join(", ")}`);
  return [found as CannedFault, match, times, afterWork === true];
}
