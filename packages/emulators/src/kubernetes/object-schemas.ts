import type { Schema } from "./schema.ts";

// Field names from the API reference of batch/v1 and v1. "any" marks parts that are accepted without a closer look.
const strings: Schema = { map: "string" };

const objectMeta: Schema = {
  fields: {
    name: "string",
    generateName: "string",
    namespace: "string",
    uid: "string",
    resourceVersion: "string",
    generation: "integer",
    creationTimestamp: "string",
    deletionTimestamp: "string",
    deletionGracePeriodSeconds: "integer",
    labels: strings,
    annotations: strings,
    finalizers: { list: "string" },
    managedFields: "any",
    selfLink: "string",
    ownerReferences: {
      list: {
        fields: {
          apiVersion: "string",
          kind: "string",
          name: "string",
          uid: "string",
          controller: "boolean",
          blockOwnerDeletion: "boolean",
        },
      },
    },
  },
};

const keySelector: Schema = { fields: { name: "string", key: "string", optional: "boolean" } };
const envSource: Schema = { fields: { name: "string", optional: "boolean" } };

const container: Schema = {
  fields: {
    name: "string",
    image: "string",
    command: { list: "string" },
    args: { list: "string" },
    workingDir: "string",
    ports: "any",
    env: {
      list: {
        fields: {
          name: "string",
          value: "string",
          valueFrom: {
            fields: {
              secretKeyRef: keySelector,
              configMapKeyRef: keySelector,
              fieldRef: "any",
              resourceFieldRef: "any",
            },
          },
        },
      },
    },
    envFrom: { list: { fields: { prefix: "string", secretRef: envSource, configMapRef: envSource } } },
    resources: { fields: { requests: { map: "any" }, limits: { map: "any" }, claims: "any" } },
    volumeMounts: {
      list: {
        fields: {
          name: "string",
          mountPath: "string",
          subPath: "string",
          subPathExpr: "string",
          readOnly: "boolean",
          recursiveReadOnly: "string",
          mountPropagation: "string",
        },
      },
    },
    volumeDevices: "any",
    livenessProbe: "any",
    readinessProbe: "any",
    startupProbe: "any",
    lifecycle: "any",
    terminationMessagePath: "string",
    terminationMessagePolicy: "string",
    imagePullPolicy: "string",
    securityContext: "any",
    resizePolicy: "any",
    restartPolicy: "string",
    stdin: "boolean",
    stdinOnce: "boolean",
    tty: "boolean",
  },
};

const podSpec: Schema = {
  fields: {
    containers: { list: container },
    initContainers: { list: container },
    ephemeralContainers: "any",
    volumes: "any",
    restartPolicy: "string",
    terminationGracePeriodSeconds: "integer",
    activeDeadlineSeconds: "integer",
    dnsPolicy: "string",
    dnsConfig: "any",
    nodeSelector: strings,
    nodeName: "string",
    serviceAccountName: "string",
    serviceAccount: "string",
    automountServiceAccountToken: "boolean",
    hostNetwork: "boolean",
    hostPID: "boolean",
    hostIPC: "boolean",
    hostUsers: "boolean",
    hostAliases: "any",
    hostname: "string",
    subdomain: "string",
    shareProcessNamespace: "boolean",
    securityContext: "any",
    imagePullSecrets: { list: { fields: { name: "string" } } },
    affinity: "any",
    schedulerName: "string",
    schedulingGates: "any",
    tolerations: {
      list: {
        fields: { key: "string", operator: "string", value: "string", effect: "string", tolerationSeconds: "integer" },
      },
    },
    priorityClassName: "string",
    priority: "integer",
    preemptionPolicy: "string",
    runtimeClassName: "string",
    enableServiceLinks: "boolean",
    overhead: "any",
    os: "any",
    readinessGates: "any",
    resourceClaims: "any",
    resources: "any",
    setHostnameAsFQDN: "boolean",
    topologySpreadConstraints: "any",
  },
};

const jobSpec: Schema = {
  fields: {
    parallelism: "integer",
    completions: "integer",
    completionMode: "string",
    backoffLimit: "integer",
    backoffLimitPerIndex: "integer",
    maxFailedIndexes: "integer",
    activeDeadlineSeconds: "integer",
    ttlSecondsAfterFinished: "integer",
    suspend: "boolean",
    podReplacementPolicy: "string",
    podFailurePolicy: "any",
    successPolicy: "any",
    managedBy: "string",
    manualSelector: "boolean",
    selector: { fields: { matchLabels: strings, matchExpressions: "any" } },
    template: { fields: { metadata: objectMeta, spec: podSpec } },
  },
};

const typed = { apiVersion: "string", kind: "string", metadata: objectMeta } as const;

export const JOB_SCHEMA: Schema = { fields: { ...typed, spec: jobSpec, status: "any" } };
export const SECRET_SCHEMA: Schema = {
  fields: { ...typed, data: strings, stringData: strings, type: "string", immutable: "boolean" },
};
