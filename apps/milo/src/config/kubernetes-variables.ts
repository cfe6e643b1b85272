import type { Operation } from "fast-json-patch";
import { z } from "zod";
import type {
  ClusterAccess,
  KubernetesSettings,
} from "#server/api/services/platform/kubernetes/kubernetes-settings.ts";
import { perMeetingPlatformShape, readPerMeetingPlatform } from "./per-meeting-platform.ts";
import { type ConfigReading, isComplete, readRaw, readShape } from "./read-shape.ts";
import { listText, pairsText, plainText, type VariableMeta, variableRegistry } from "./variable.ts";

/** What the environment says of Kubernetes; the composition root adds installation and clock. */
export type KubernetesConfig = Omit<KubernetesSettings, "installationId" | "now">;

const about = (meaning: string, example: string, more: Partial<VariableMeta> = {}): VariableMeta => ({
  meaning,
  example,
  processes: ["dispatcher"],
  ...more,
});

const quantity = () =>
  z.string().regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, "must be a Kubernetes quantity, such as 500m or 2Gi");

const patchOperations = z.array(
  z.looseObject({ op: z.enum(["add", "remove", "replace", "move", "copy", "test"]), path: z.string().startsWith("/") }),
);

const jobPatchText = () =>
  z.string().transform((value, context): readonly Operation[] => {
    const parsed = patchOperations.safeParse(parseJson(value));
    // Each operation's own members are checked when it is applied to the rendered Job.
    if (parsed.success) return parsed.data as unknown as Operation[];
    context.addIssue({ code: "custom", message: "must be a JSON patch: a list of operations (RFC 6902)" });
    return z.NEVER;
  });

export const KUBERNETES_SHAPE = {
  K8S_KUBECONFIG: plainText()
    .optional()
    .register(
      variableRegistry,
      about("Path of the kubeconfig file.", "/etc/milo/kubeconfig", {
        defaultText: "inside a cluster its service account, else KUBECONFIG, else ~/.kube/config",
      }),
    ),
  K8S_KUBECONFIG_TEXT: plainText()
    .optional()
    .register(variableRegistry, about("The kubeconfig itself, in place of a file.", "{…}", { secret: true })),
  K8S_CONTEXT: plainText()
    .optional()
    .register(
      variableRegistry,
      about("The context of the kubeconfig.", "production", { defaultText: "its current context" }),
    ),
  K8S_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be a namespace's name (lower-case letters, digits, dashes)")
    .default("default")
    .register(variableRegistry, about("The namespace bots run in; it must exist.", "meeting-bots")),
  K8S_BOT_CPU_REQUEST: quantity().default("1").register(variableRegistry, about("CPU each bot is promised.", "1500m")),
  K8S_BOT_CPU_LIMIT: quantity()
    .optional()
    .register(
      variableRegistry,
      about("The most CPU a bot may use.", "2", { defaultText: "no limit: throttling spoils a recording" }),
    ),
  K8S_BOT_MEMORY_REQUEST: quantity()
    .default("2Gi")
    .register(variableRegistry, about("Memory each bot is promised.", "3Gi")),
  K8S_BOT_MEMORY_LIMIT: quantity()
    .default("2Gi")
    .register(variableRegistry, about("The most memory a bot may use.", "4Gi")),
  K8S_BOT_EPHEMERAL_STORAGE_REQUEST: quantity()
    .default("4Gi")
    .register(variableRegistry, about("Disk each bot is promised.", "8Gi")),
  K8S_BOT_EPHEMERAL_STORAGE_LIMIT: quantity()
    .default("4Gi")
    .register(variableRegistry, about("The most disk a bot may use.", "8Gi")),
  K8S_IMAGE_PULL_SECRETS: listText()
    .optional()
    .register(variableRegistry, about("Secrets of the namespace that open the image's registry.", "registry-key")),
  K8S_SERVICE_ACCOUNT: plainText()
    .optional()
    .register(
      variableRegistry,
      about("The service account of bots.", "meeting-bot", { defaultText: "the namespace's own" }),
    ),
  K8S_PRIORITY_CLASS: plainText()
    .optional()
    .register(
      variableRegistry,
      about("The priority class of bots.", "meeting-bots", { defaultText: "the cluster's own" }),
    ),
  K8S_NODE_SELECTOR: pairsText()
    .optional()
    .register(variableRegistry, about("Labels of the nodes bots may run on.", "pool=bots")),
  K8S_EXTRA_LABELS: pairsText()
    .optional()
    .register(variableRegistry, about("Further labels on each Job and pod.", "team=meetings")),
  K8S_JOB_PATCH: jobPatchText()
    .optional()
    .register(
      variableRegistry,
      about(
        "A JSON patch on each Job, for what has no variable here.",
        '[{"op":"add","path":"/spec/template/spec/hostAliases","value":[]}]',
      ),
    ),
};

const IMAGES = {
  variable: "K8S_IMAGE",
  what: "The bot's image on Kubernetes",
  example: "ghcr.io/example/bot:1.4.2",
  makeSchema: () => z.string().regex(/^\S+$/, "must be an image without spaces"),
};
export const KUBERNETES_IMAGES_SHAPE = perMeetingPlatformShape(IMAGES);

/** Reads what the Kubernetes adapter needs; undefined when something is wrong, which the reading then says. */
export function readKubernetes(reading: ConfigReading): KubernetesConfig | undefined {
  const images = readPerMeetingPlatform(IMAGES, KUBERNETES_IMAGES_SHAPE, reading);
  const values = readShape(KUBERNETES_SHAPE, reading);
  const access = readAccess(reading, values.K8S_CONTEXT);
  if (!images || !access || !isComplete(KUBERNETES_SHAPE, values)) return undefined;
  const storage = "ephemeral-storage";
  return {
    access,
    namespace: values.K8S_NAMESPACE,
    images,
    resources: {
      requests: {
        cpu: values.K8S_BOT_CPU_REQUEST,
        memory: values.K8S_BOT_MEMORY_REQUEST,
        [storage]: values.K8S_BOT_EPHEMERAL_STORAGE_REQUEST,
      },
      limits: {
        ...(values.K8S_BOT_CPU_LIMIT === undefined ? {} : { cpu: values.K8S_BOT_CPU_LIMIT }),
        memory: values.K8S_BOT_MEMORY_LIMIT,
        [storage]: values.K8S_BOT_EPHEMERAL_STORAGE_LIMIT,
      },
    },
    priorityClassName: values.K8S_PRIORITY_CLASS,
    serviceAccountName: values.K8S_SERVICE_ACCOUNT,
    nodeSelector: values.K8S_NODE_SELECTOR,
    imagePullSecrets: values.K8S_IMAGE_PULL_SECRETS,
    extraLabels: values.K8S_EXTRA_LABELS,
    jobPatch: values.K8S_JOB_PATCH,
  };
}

/** The named kubeconfig, else the cluster milo runs in, else the file that kubectl would use. */
function readAccess(reading: ConfigReading, context: string | undefined): ClusterAccess | undefined {
  const text = readRaw(reading.env, "K8S_KUBECONFIG_TEXT");
  if (text !== undefined) return { kind: "kubeconfig-text", text, context };
  const named = readRaw(reading.env, "K8S_KUBECONFIG");
  if (named !== undefined) return { kind: "kubeconfig-file", path: named, context };
  if (readRaw(reading.env, "KUBERNETES_SERVICE_HOST") !== undefined) return { kind: "in-cluster" };
  const home = readRaw(reading.env, "HOME");
  const path = readRaw(reading.env, "KUBECONFIG") ?? (home === undefined ? undefined : `${home}/.kube/config`);
  if (path !== undefined) return { kind: "kubeconfig-file", path, context };
  reading.problems.push({
    variable: "K8S_KUBECONFIG",
    problem: "is required outside a cluster when there is no home folder with .kube/config",
    example: "K8S_KUBECONFIG=/etc/milo/kubeconfig",
  });
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
