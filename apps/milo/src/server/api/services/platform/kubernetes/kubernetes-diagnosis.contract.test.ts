import { createKubernetesEmulator, type KubernetesEmulator } from "@milo/emulators";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "../platform-diagnosis.ts";
import { expectOnly, readChecks } from "../testing/diagnosis-bench.ts";
import { KubernetesDiagnosis } from "./kubernetes-diagnosis.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";
import { REQUIRED_ACCESS } from "./required-access.ts";

const IMAGE = "registry.example/bot:1";
const READABLE = "list resourcequotas,get serviceaccounts,get secrets,get priorityclasses";
const PULL_SECRET = "registry-key";
const MOUNT = "/spec/template/spec/containers/0/volumeMounts/0/name";
const UNUSED_PORT = "http://127.0.0.1:9";

type Break = {
  id: string;
  status?: Check["status"];
  what: string;
  emulator?: (emulator: KubernetesEmulator) => void;
  settings?: (emulator: KubernetesEmulator) => Partial<KubernetesSettings>;
  limit?: number;
};

const kubeconfig = (text: string): Partial<KubernetesSettings> => ({ access: { kind: "kubeconfig-text", text } });
const notReady = (status: number) => ({ match: { operation: "health" }, fault: "status", status }) as const;

const BREAKS: readonly Break[] = [
  {
    id: "k8s.settings",
    what: "is given a patch that fits no Job",
    settings: () => ({ jobPatch: [{ op: "remove", path: "/x" }] }),
  },
  { id: "k8s.kubeconfig", what: "is no kubeconfig", settings: () => kubeconfig("clusters: []") },
  {
    id: "k8s.reach",
    what: "names a server that is not there",
    settings: (emulator) => kubeconfig(emulator.kubeconfig().replaceAll(emulator.url, UNUSED_PORT)),
  },
  { id: "k8s.ready", what: "is not ready", emulator: ({ settings }) => void settings.set({ ready: false }) },
  { id: "k8s.ready", what: "answers a proxy's error", emulator: ({ faults }) => faults.add(notReady(502)) },
  {
    id: "k8s.credentials",
    what: "refuses the token",
    emulator: ({ settings }) => void settings.set({ tokenValid: false }),
  },
  ...REQUIRED_ACCESS.map(({ verb, resource }) => ({
    id: `k8s.permission.${verb}-${resource}`,
    what: `does not let milo ${verb} ${resource}`,
    emulator: ({ settings }: KubernetesEmulator) => void settings.set({ denied: `${verb} ${resource}` }),
  })),
  {
    id: "k8s.job",
    what: "lets nothing be made",
    emulator: ({ settings }) => void settings.set({ namespaceTerminating: true }),
  },
  {
    id: "k8s.job",
    what: "does not take the Job",
    settings: () => ({ jobPatch: [{ op: "replace", path: MOUNT, value: "other" }] }),
  },
  {
    id: "k8s.quota",
    status: "warn",
    what: "has a quota below the limit",
    limit: 30,
    emulator: ({ settings }) => void settings.set({ quotaPods: 10 }),
  },
  {
    id: "k8s.quota",
    what: "has a quota without room for a bot",
    emulator: ({ settings }) => void settings.set({ quotaPods: 0 }),
  },
  {
    id: "k8s.service-account",
    what: "has no such service account",
    emulator: ({ settings }) => void settings.set({ serviceAccounts: "default" }),
  },
  {
    id: "k8s.pull-secret.registry-key",
    what: "has no such pull secret",
    emulator: ({ store, namespace }) => void store.remove("secrets", { namespace, name: PULL_SECRET }),
  },
  {
    id: "k8s.priority-class",
    what: "has no such priority class",
    emulator: ({ settings }) => void settings.set({ priorityClasses: "other" }),
  },
];

describe("the check-up of Kubernetes", () => {
  let emulator: KubernetesEmulator;
  let whole: Check[];
  beforeAll(async () => {
    emulator = await createKubernetesEmulator({ images: {} });
    prepare(emulator);
    whole = await examine(emulator);
  });
  afterEach(async () => {
    await emulator.reset();
    prepare(emulator);
  });
  afterAll(() => emulator.close());

  it("finds nothing wrong with a cluster that is as it should be, and says what was seen", () => {
    expect(whole.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(whole.map(({ seen }) => seen)).not.toContain("");
  });

  it.each(BREAKS)("sees by $id alone that the cluster $what", async ({ id, status = "fail", ...broken }) => {
    broken.emulator?.(emulator);
    expectOnly(await examine(emulator, broken), whole, id, status);
  });

  it("has every check broken at least once above", () => {
    expect(whole.map(({ id }) => id).filter((id) => !BREAKS.some((broken) => broken.id === id))).toEqual([]);
  });

  it("leaves nothing behind and needs no right beyond the dispatcher's Role", async () => {
    emulator.settings.set({ granted: "", denied: "list resourcequotas" });
    const seen = await examine(emulator);
    expect(seen.filter(({ status }) => status === "fail" || status === "warn")).toEqual([]);
    expect(seen.filter(({ status }) => status === "skipped").map(({ id }) => id)).toEqual([
      "k8s.quota",
      "k8s.service-account",
      "k8s.pull-secret.registry-key",
      "k8s.priority-class",
    ]);
    expect(emulator.store.list("jobs")).toEqual([]);
    expect(emulator.store.list("secrets")).toHaveLength(1);
  });
});

function examine(emulator: KubernetesEmulator, broken: Pick<Break, "settings" | "limit"> = {}): Promise<Check[]> {
  const settings: KubernetesSettings = {
    access: { kind: "kubeconfig-text", text: emulator.kubeconfig() },
    namespace: emulator.namespace,
    installationId: "abc234",
    images: { zoom: IMAGE, "google-meet": IMAGE, "microsoft-teams": "registry.example/teams:1" },
    serviceAccountName: "meeting-bot",
    imagePullSecrets: [PULL_SECRET],
    priorityClassName: "meeting-bots",
    now: Date.now,
    ...broken.settings?.(emulator),
  };
  const checkUp = { limit: broken.limit ?? 5, launchConcurrency: 10, miloUrl: "https://milo.example.com" };
  return readChecks(new KubernetesDiagnosis(settings, checkUp));
}

function prepare({ settings, store, namespace }: KubernetesEmulator): void {
  settings.set({ granted: READABLE, serviceAccounts: "default,meeting-bot", priorityClasses: "meeting-bots" });
  const metadata = { name: PULL_SECRET, namespace, uid: "", creationTimestamp: "2026-01-01T00:00:00Z" };
  store.add("secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: "kubernetes.io/dockerconfigjson",
    data: {},
  });
}
