import type { V1Container, V1Job, V1JobSpec, V1PodFailurePolicy, V1PodSpec, V1Volume } from "@kubernetes/client-node";
import type { Launch } from "../platform-service.ts";
import {
  ATTEMPT_LABEL,
  BOT_CONTAINER,
  BOT_ID_LABEL,
  INSTALLATION_LABEL,
  LAUNCH_KEY_LABEL,
  MEETING_PLATFORM_LABEL,
} from "./kubernetes-names.ts";
import {
  DEFAULT_RESOURCES,
  type KubernetesSettings,
  TERMINATION_GRACE_SECONDS,
  TTL_AFTER_FINISHED_SECONDS,
} from "./kubernetes-settings.ts";

/**
 * The Job's own deadline counts from its resumption, so it includes scheduling and the image pull. Longer than a
 * start may take (3 minutes), so that a slow start never shortens the meeting; milo's own limit ends it first.
 */
export const PENDING_ALLOWANCE_SECONDS = 300;
/** A node that loses contact keeps its bot this long: most come back, and a killed bot loses its recording. */
const LOST_NODE_PATIENCE_SECONDS = 300;
/** A user of no image's own; Chrome and the recorder need no right beyond their own files. */
const BOT_USER_ID = 10_001;

/**
 * Writes the kubelet's word on the exit into the Job's condition, where it outlives the pod of a drained node. Every
 * rule fails the Job: `Ignore` would have the Job controller start another bot.
 */
const REPORT_EXITS: V1PodFailurePolicy = {
  rules: [
    { action: "FailJob", onExitCodes: { containerName: BOT_CONTAINER, operator: "NotIn", values: [0] } },
    { action: "FailJob", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
  ],
};

/** The Job of one attempt, before the operator's patch. Suspended: nothing runs until `start`. */
export function buildJob(launch: Launch, settings: KubernetesSettings): V1Job {
  const labels = buildLabels(launch, settings);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: launch.launchKey, namespace: settings.namespace, labels },
    spec: buildJobSpec(launch, settings, labels),
  };
}

function buildLabels(launch: Launch, settings: KubernetesSettings): { [label: string]: string } {
  return {
    ...settings.extraLabels,
    "app.kubernetes.io/name": "meeting-bot",
    "app.kubernetes.io/instance": launch.launchKey,
    "app.kubernetes.io/component": "bot",
    "app.kubernetes.io/part-of": "milo",
    "app.kubernetes.io/managed-by": "milo",
    [INSTALLATION_LABEL]: launch.installationId,
    [LAUNCH_KEY_LABEL]: launch.launchKey,
    [BOT_ID_LABEL]: String(launch.botId),
    [ATTEMPT_LABEL]: String(launch.attempt),
    [MEETING_PLATFORM_LABEL]: launch.meetingPlatform,
  };
}

function buildJobSpec(launch: Launch, settings: KubernetesSettings, labels: { [label: string]: string }): V1JobSpec {
  const graceSeconds = settings.terminationGracePeriodSeconds ?? TERMINATION_GRACE_SECONDS;
  return {
    suspend: true,
    parallelism: 1,
    completions: 1,
    // A second pod of one attempt would be a second bot: milo, not the Job, decides about another attempt.
    backoffLimit: 0,
    activeDeadlineSeconds: launch.maxDurationSeconds + PENDING_ALLOWANCE_SECONDS + graceSeconds,
    ttlSecondsAfterFinished: settings.ttlSecondsAfterFinished ?? TTL_AFTER_FINISHED_SECONDS,
    // A pod counts as failed only once its containers have ended, never when it is merely told to.
    podReplacementPolicy: "Failed",
    ...(settings.reportExits === true ? { podFailurePolicy: REPORT_EXITS } : {}),
    template: {
      metadata: {
        labels,
        annotations: {
          // A bot in a call must not be moved to tidy up nodes (Karpenter, cluster-autoscaler).
          "karpenter.sh/do-not-disrupt": "true",
          "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
        },
      },
      spec: buildPodSpec(launch, settings, graceSeconds),
    },
  };
}

function buildPodSpec(launch: Launch, settings: KubernetesSettings, graceSeconds: number): V1PodSpec {
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: graceSeconds,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(settings.priorityClassName ? { priorityClassName: settings.priorityClassName } : {}),
    ...(settings.serviceAccountName ? { serviceAccountName: settings.serviceAccountName } : {}),
    ...(settings.nodeSelector ? { nodeSelector: { ...settings.nodeSelector } } : {}),
    ...(settings.imagePullSecrets?.length
      ? { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) }
      : {}),
    tolerations: ["not-ready", "unreachable"].map((taint) => ({
      key: `node.kubernetes.io/${taint}`,
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: LOST_NODE_PATIENCE_SECONDS,
    })),
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { [INSTALLATION_LABEL]: launch.installationId } },
      },
    ],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: BOT_USER_ID,
      fsGroup: BOT_USER_ID,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [buildContainer(launch, settings)],
    volumes: buildVolumes(),
  };
}

function buildContainer(launch: Launch, settings: KubernetesSettings): V1Container {
  const resources = settings.resources ?? DEFAULT_RESOURCES;
  return {
    name: BOT_CONTAINER,
    image: settings.images[launch.meetingPlatform],
    imagePullPolicy: "IfNotPresent",
    env: [
      { name: "MILO_URL", value: launch.miloUrl },
      { name: "MILO_LAUNCH_KEY", value: launch.launchKey },
    ],
    // The token is in a Secret of the attempt's own name: whoever may read Jobs and pods may not act as the bot.
    envFrom: [{ secretRef: { name: launch.launchKey } }],
    resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      { name: "shm", mountPath: "/dev/shm" },
    ],
  };
}

/** Room to write, as the root file system is read-only; Chrome's shared memory counts into the memory limit. */
function buildVolumes(): V1Volume[] {
  return [
    { name: "tmp", emptyDir: { sizeLimit: "4Gi" } },
    { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "512Mi" } },
  ];
}
