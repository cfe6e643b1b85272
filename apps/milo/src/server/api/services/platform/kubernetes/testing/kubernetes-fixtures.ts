import type { V1Job, V1Pod } from "@kubernetes/client-node";
import type { Launch } from "../../platform-service.ts";
import type { KubernetesSettings } from "../kubernetes-settings.ts";

export const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

export const LAUNCH: Launch = {
  launchKey: "bot-abc234-42-a3",
  installationId: "abc234",
  botId: 42,
  attempt: 3,
  meetingPlatform: "google-meet",
  miloUrl: "https://milo.example",
  maxDurationSeconds: 14_400,
};

export function settingsFor(changes: Partial<KubernetesSettings> = {}): KubernetesSettings {
  return {
    access: { kind: "kubeconfig-text", text: kubeconfigFor("http://127.0.0.1:9") },
    namespace: "bots",
    installationId: "abc234",
    images: { zoom: "registry/zoom:1", "google-meet": "registry/meet:1", "microsoft-teams": "registry/teams:1" },
    now: () => NOW_MS,
    ...changes,
  };
}

/** A kubeconfig for a server without TLS, which the client only takes when told to skip its verification. */
export function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { token: "a-token" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

/** A time so many seconds before `NOW_MS`. */
export function secondsAgo(seconds: number): Date {
  return new Date(NOW_MS - seconds * 1_000);
}

/** A started Job of ours, changed as the test needs. */
export function jobWith(changes: { spec?: object; status?: V1Job["status"]; metadata?: object } = {}): V1Job {
  return {
    metadata: {
      name: LAUNCH.launchKey,
      namespace: "bots",
      uid: "uid-1",
      labels: { "milo.dev/installation": "abc234", "milo.dev/launch-key": LAUNCH.launchKey },
      creationTimestamp: secondsAgo(60),
      ...changes.metadata,
    },
    spec: { suspend: false, ...changes.spec } as V1Job["spec"],
    status: changes.status ?? { active: 1, startTime: secondsAgo(59) },
  };
}

export function podWith(status: V1Pod["status"], metadata: object = {}): V1Pod {
  return {
    metadata: { name: "p", namespace: "bots", uid: "pod-1", creationTimestamp: secondsAgo(58), ...metadata },
    status,
  };
}

/** The status of the bot's container, in a pod's status. */
export function botIn(state: object): NonNullable<V1Pod["status"]>["containerStatuses"] {
  return [{ name: "bot", image: "i", imageID: "", ready: false, restartCount: 0, state }];
}
