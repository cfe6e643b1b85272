import type { ContainerSpec, Job, KubeObject, PodSpec, Secret } from "./objects.ts";
import type { StatusCause } from "./status-errors.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const QUALIFIED_NAME = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SECRET_KEY = /^[-._a-zA-Z0-9]+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LABEL_MAX = 63;
const NAME_MAX = 253;
const SECRET_MAX_BYTES = 1024 * 1024;

/** Everything the API server finds wrong with a Job, one cause per field. */
export function validateJob(job: Job): StatusCause[] {
  const { spec } = job;
  const numbers = ["parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"];
  const negative = numbers.filter((field) => Number(spec[field] ?? 0) < 0);
  return [
    ...validateMetadata(job),
    ...negative.map((field) => bad(`spec.${field}`, spec[field], "must be greater than or equal to 0")),
    ...validateLabels(spec.template.metadata.labels, "spec.template.labels"),
    ...validatePodSpec(spec.template.spec),
    ...validateReplacement(job),
  ];
}

export function validateSecret(secret: Secret): StatusCause[] {
  const entries = Object.entries(secret.data ?? {});
  const size = entries.reduce((sum, [, value]) => sum + Buffer.byteLength(value, "base64"), 0);
  const keys = entries.filter(([key]) => !SECRET_KEY.test(key) || key.length > NAME_MAX);
  return [
    ...validateMetadata(secret),
    ...keys.map(([key]) => bad(`data[${key}]`, key, "a valid config key must consist of alphanumeric characters")),
    ...(size > SECRET_MAX_BYTES
      ? [
          {
            reason: "FieldValueTooLong",
            field: "data",
            message: `Too long: may not be more than ${SECRET_MAX_BYTES} bytes`,
          },
        ]
      : []),
  ];
}

/** Whether every value of a Secret's `data` is base64; otherwise it cannot be decoded (400). */
export function hasBase64Data(data: Readonly<Record<string, string>>): boolean {
  return Object.values(data).every((value) => BASE64.test(value));
}

export function validateMetadata({ metadata }: KubeObject): StatusCause[] {
  const { name, labels, ownerReferences = [] } = metadata;
  const why =
    name.length > NAME_MAX
      ? `must be no more than ${NAME_MAX} characters`
      : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'";
  const owners = ownerReferences.flatMap((owner, index) =>
    (["apiVersion", "kind", "name", "uid"] as const)
      .filter((field) => !owner[field])
      .map((field) => bad(`metadata.ownerReferences[${index}].${field}`, "", "must not be empty")),
  );
  return [
    ...(name.length > NAME_MAX || !SUBDOMAIN.test(name) ? [bad("metadata.name", name, why)] : []),
    ...validateLabels(labels, "metadata.labels"),
    ...owners,
  ];
}

function validateLabels(labels: Readonly<Record<string, string>> | undefined, field: string): StatusCause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...(QUALIFIED_NAME.test(key) ? [] : [bad(field, key, "name part must consist of alphanumeric characters")]),
    ...(value.length > LABEL_MAX ? [bad(field, value, `must be no more than ${LABEL_MAX} characters`)] : []),
    ...(LABEL_VALUE.test(value) ? [] : [bad(field, value, "a valid label must be an empty string or consist of …")]),
  ]);
}

function validatePodSpec(spec: PodSpec): StatusCause[] {
  const at = "spec.template.spec";
  return [
    ...(spec.containers.length === 0 ? [required(`${at}.containers`)] : []),
    ...spec.containers.flatMap((container, index) => validateContainer(container, spec, `${at}.containers[${index}]`)),
    ...validateRestartPolicy(spec.restartPolicy, `${at}.restartPolicy`),
    ...(spec.terminationGracePeriodSeconds < 0
      ? [bad(`${at}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds, "must be non-negative")]
      : []),
    ...listUnsupported(spec, at),
  ];
}

function validateRestartPolicy(policy: string, field: string): StatusCause[] {
  if (policy === "Never") return [];
  const supported = 'supported values: "OnFailure", "Never"';
  if (policy === "Always")
    return [{ reason: "FieldValueRequired", field, message: `Required value: valid ${supported}` }];
  if (policy === "OnFailure") return [unsupported(field, "the emulator restarts no containers: use Never")];
  return [{ reason: "FieldValueNotSupported", field, message: `Unsupported value: "${policy}": ${supported}` }];
}

// Refused rather than silently run otherwise than a real cluster would.
function listUnsupported(spec: PodSpec, at: string): StatusCause[] {
  const isAlone = spec.containers.length <= 1;
  return [
    ...(isAlone ? [] : [unsupported(`${at}.containers`, "the emulator runs one container per pod")]),
    ...(spec.initContainers === undefined ? [] : [unsupported(`${at}.initContainers`, "the emulator runs none")]),
  ];
}

function validateContainer(container: ContainerSpec, spec: PodSpec, at: string): StatusCause[] {
  const volumes = Array.isArray(spec.volumes) ? spec.volumes.map((volume: { name?: string }) => volume.name) : [];
  const mounts = (container.volumeMounts ?? []) as { name?: string }[];
  const sources = [
    ...(container.envFrom ?? []).map(({ secretRef }, index) => [secretRef?.name, `envFrom[${index}].secretRef.name`]),
    ...(container.env ?? []).map(({ name }, index) => [name, `env[${index}].name`]),
  ] as const;
  return [
    ...(container.name ? [] : [required(`${at}.name`)]),
    ...(container.name && !DNS_LABEL.test(container.name)
      ? [bad(`${at}.name`, container.name, "not a DNS label")]
      : []),
    ...(container.image ? [] : [required(`${at}.image`)]),
    ...sources.filter(([name]) => !name).map(([, field]) => required(`${at}.${field}`)),
    ...mounts.flatMap(({ name = "" }, index) =>
      volumes.includes(name)
        ? []
        : [
            {
              reason: "FieldValueNotFound",
              field: `${at}.volumeMounts[${index}].name`,
              message: `Not found: "${name}"`,
            },
          ],
    ),
  ];
}

function validateReplacement({ spec }: Job): StatusCause[] {
  const field = "spec.podReplacementPolicy";
  if (!["Failed", "TerminatingOrFailed"].includes(spec.podReplacementPolicy)) {
    return [unsupported(field, 'supported values: "Failed", "TerminatingOrFailed"')];
  }
  if (spec.podFailurePolicy === undefined) return [];
  return [unsupported("spec.podFailurePolicy", "the emulator knows none")];
}

function bad(field: string, value: unknown, why: string): StatusCause {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

function required(field: string): StatusCause {
  return { reason: "FieldValueRequired", field, message: "Required value" };
}

function unsupported(field: string, why: string): StatusCause {
  return { reason: "FieldValueNotSupported", field, message: `Unsupported value: ${why}` };
}
