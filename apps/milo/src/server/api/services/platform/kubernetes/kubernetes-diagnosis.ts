import {
  type Check,
  type CheckStep,
  type CheckUp,
  fail,
  ok,
  type PlatformDiagnosis,
  runChecks,
  skipped,
  type Verdict,
  warn,
} from "../platform-diagnosis.ts";
import { judgeQuotas } from "./check-quota.ts";
import { KubernetesClient } from "./kubernetes-client.ts";
import { CredentialsError, describeFailure, readRefusal } from "./kubernetes-errors.ts";
import { type KubernetesSettings, READ_TIMEOUT_MS, WRITE_TIMEOUT_MS } from "./kubernetes-settings.ts";
import { checkSettings, renderRequest } from "./render-request.ts";
import { REQUIRED_ACCESS, type RequiredAccess } from "./required-access.ts";

const ROLE_FILE = "deploy/kubernetes/bot-role.yaml";
const CHECK_KUBECONFIG = "Check K8S_KUBECONFIG, K8S_KUBECONFIG_TEXT and K8S_CONTEXT.";

/**
 * Looks from the dispatcher's place at all that a bot needs of the cluster. Needs no right beyond the dispatcher's Role:
 * reviews of one's own access and dry runs are open to it; what it cannot read is skipped and named.
 */
export class KubernetesDiagnosis implements PlatformDiagnosis {
  readonly platform = "k8s";
  readonly #settings: KubernetesSettings;
  readonly #checkUp: CheckUp;
  #client: KubernetesClient | undefined;
  #readyz: Promise<number> | undefined;

  constructor(settings: KubernetesSettings, checkUp: CheckUp) {
    this.#settings = settings;
    this.#checkUp = checkUp;
  }

  diagnose(): AsyncGenerator<Check> {
    return runChecks([
      { id: "k8s.settings", needs: [], look: async () => this.#renderOne() },
      { id: "k8s.kubeconfig", needs: [], look: () => this.#readKubeconfig() },
      { id: "k8s.reach", needs: ["k8s.kubeconfig"], look: () => this.#reach() },
      { id: "k8s.ready", needs: ["k8s.reach"], look: () => this.#isReady() },
      { id: "k8s.credentials", needs: ["k8s.ready"], look: () => this.#checkCredentials() },
      ...REQUIRED_ACCESS.map((access) => this.#permission(access)),
      {
        id: "k8s.job",
        needs: ["k8s.settings", "k8s.credentials", idOf("create", "jobs")],
        look: () => this.#rehearse(),
      },
      { id: "k8s.quota", needs: ["k8s.settings", "k8s.credentials"], look: () => this.#compareQuotas() },
      ...this.#namedThings(),
    ]);
  }

  #renderOne(): Verdict {
    try {
      checkSettings(this.#settings);
      return ok("A Job can be made of the settings.");
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return fail(message, "Correct K8S_JOB_PATCH or the variable it names.");
    }
  }

  async #readKubeconfig(): Promise<Verdict> {
    try {
      this.#client = new KubernetesClient(this.#settings.access);
      return ok("The kubeconfig can be read and names a cluster.");
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return fail(`The kubeconfig cannot be used: ${message}`, CHECK_KUBECONFIG);
    }
  }

  async #reach(): Promise<Verdict> {
    try {
      await this.#askReadyz();
      return ok("The API server answers.");
    } catch (error) {
      if (error instanceof CredentialsError) return skipped("No credentials could be made, so nothing was sent.");
      const { reason } = describeFailure(error, "reach the API server", this.#settings.now());
      return fail(
        reason,
        `See that its address is right and open from here, and its certificate trusted. ${CHECK_KUBECONFIG}`,
      );
    }
  }

  async #isReady(): Promise<Verdict> {
    const status = await this.#askReadyz().catch((error: unknown) => {
      if (error instanceof CredentialsError) return null;
      throw error;
    });
    if (status === null) return skipped("No credentials could be made, so nothing was sent.");
    if (status === 200) return ok("The API server is ready.");
    if (status === 401 || status === 403)
      return ok(`The API server answers; it closes /readyz to clients (HTTP ${status}).`);
    return fail(
      `The API server says that it is not ready (HTTP ${status} on /readyz).`,
      "Wait for the cluster, or see to its control plane.",
    );
  }

  async #checkCredentials(): Promise<Verdict> {
    try {
      await this.#isAllowed({ verb: "list", group: "batch", resource: "jobs" });
      return ok("The API server knows who asks.");
    } catch (error) {
      const { reason } = describeFailure(error, "review its own access", this.#settings.now());
      return fail(reason, "Renew the token, certificate or credential helper of the kubeconfig's user.");
    }
  }

  #permission(access: RequiredAccess): CheckStep {
    const { verb, resource } = access;
    const { namespace } = this.#settings;
    return {
      id: idOf(verb, resource),
      needs: ["k8s.credentials"],
      look: async () => {
        if (await this.#isAllowed(access)) return ok(`May ${verb} ${resource} in namespace ${namespace}.`);
        return fail(
          `May not ${verb} ${resource} in namespace ${namespace}.`,
          `Bind the Role of ${ROLE_FILE} to milo's user there. If every verb is missing, see that K8S_NAMESPACE is right and the namespace exists.`,
        );
      },
    };
  }

  /** Has the server check the exact Job of a bot, of each image, and keep nothing. */
  async #rehearse(): Promise<Verdict> {
    const images = new Map(Object.entries(this.#settings.images).map(([platform, image]) => [image, platform]));
    for (const [image, meetingPlatform] of images) {
      const body = this.#renderJob(meetingPlatform as keyof KubernetesSettings["images"]);
      const { namespace } = this.#settings;
      try {
        await this.#use().call(WRITE_TIMEOUT_MS, (apis) =>
          apis.batch.createNamespacedJob({ namespace, body, dryRun: "All", fieldValidation: "Strict" }),
        );
      } catch (error) {
        return this.#judgeRefusal(error, image);
      }
    }
    const list = [...images.keys()].join(", ");
    return ok(
      `The server would take the Job of a bot (${list}). Whether the image can be pulled is seen only by a real bot.`,
    );
  }

  #judgeRefusal(error: unknown, image: string): Verdict {
    const failure = describeFailure(error, `take the Job of a bot with ${image}, as a dry run`, this.#settings.now());
    if (failure.kind === "failed" && failure.class === "capacity") {
      return warn(failure.reason, "It is full just now; see k8s.quota.");
    }
    const status = readRefusal(error, this.#settings.now())?.code;
    const fix =
      status === 404
        ? "See that the namespace of K8S_NAMESPACE exists."
        : "Correct what it names: namespace, admission policies, or the K8S_… variables and K8S_JOB_PATCH.";
    return fail(failure.reason, fix);
  }

  async #compareQuotas(): Promise<Verdict> {
    const { namespace } = this.#settings;
    if (!(await this.#isAllowed({ verb: "list", group: "", resource: "resourcequotas" }))) {
      return skipped(
        `Milo's Role may not list resourcequotas in namespace ${namespace}, and needs not to.`,
        `Compare yourself: kubectl -n ${namespace} describe resourcequota`,
      );
    }
    const quotas = await this.#use().call(READ_TIMEOUT_MS, (apis) =>
      apis.core.listNamespacedResourceQuota({ namespace }),
    );
    return judgeQuotas(quotas.items, this.#renderJob("zoom"), this.#checkUp.limit);
  }

  /** What a pod refers to by name: the server takes a Job without looking, and its pod then never comes. */
  #namedThings(): CheckStep[] {
    const { namespace, serviceAccountName, imagePullSecrets = [], priorityClassName } = this.#settings;
    const inNamespace = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
    const things: { id: string; kind: string; name: string; path: string }[] = [
      ...(serviceAccountName
        ? [
            {
              id: "k8s.service-account",
              kind: "serviceaccount",
              name: serviceAccountName,
              path: `${inNamespace}/serviceaccounts`,
            },
          ]
        : []),
      ...imagePullSecrets.map((name) => ({
        id: `k8s.pull-secret.${name}`,
        kind: "secret",
        name,
        path: `${inNamespace}/secrets`,
      })),
      ...(priorityClassName
        ? [
            {
              id: "k8s.priority-class",
              kind: "priorityclass",
              name: priorityClassName,
              path: "/apis/scheduling.k8s.io/v1/priorityclasses",
            },
          ]
        : []),
    ];
    return things.map(({ id, kind, name, path }) => ({
      id,
      needs: ["k8s.credentials"],
      look: async () => {
        const where = kind === "priorityclass" ? "" : ` -n ${namespace}`;
        const status = await this.#use().probe(`${path}/${encodeURIComponent(name)}`, READ_TIMEOUT_MS);
        if (status === 200) return ok(`There is a ${kind} ${name}.`);
        if (status === 404)
          return fail(`There is no ${kind} ${name}.`, `Make it, or correct the K8S_ variable that names it.`);
        return skipped(
          `Milo's Role may not read the ${kind} ${name}, and needs not to.`,
          `See for yourself: kubectl${where} get ${kind} ${name}`,
        );
      },
    }));
  }

  #renderJob(meetingPlatform: keyof KubernetesSettings["images"]) {
    const { installationId } = this.#settings;
    const launch = {
      // Bots are numbered from 1: no bot can have this name.
      launchKey: `bot-${installationId}-0-a1`,
      installationId,
      botId: 0,
      attempt: 1,
      meetingPlatform,
      miloUrl: this.#checkUp.miloUrl,
      maxDurationSeconds: 60,
    };
    return renderRequest(launch, this.#settings).job;
  }

  async #isAllowed({ verb, group, resource }: RequiredAccess): Promise<boolean> {
    const { namespace } = this.#settings;
    const body = { spec: { resourceAttributes: { namespace, verb, group, resource } } };
    const review = await this.#use().call(READ_TIMEOUT_MS, (apis) =>
      apis.authorization.createSelfSubjectAccessReview({ body }),
    );
    return review.status?.allowed === true;
  }

  #askReadyz(): Promise<number> {
    this.#readyz ??= this.#use().probe("/readyz", READ_TIMEOUT_MS);
    return this.#readyz;
  }

  #use(): KubernetesClient {
    if (this.#client === undefined) throw new Error("The kubeconfig was not read.");
    return this.#client;
  }
}

function idOf(verb: string, resource: string): string {
  return `k8s.permission.${verb}-${resource}`;
}
