import {
  type Cluster,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  StopTaskCommand,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
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
} from "../platform-diagnosis.ts";
import { createEcsClients, type EcsClients } from "./ecs-clients.ts";
import { classifyEcsError, isTaskNotFound } from "./ecs-errors.ts";
import type { EcsSettings, EcsTaskDefinition } from "./ecs-settings.ts";
import { judgeNetwork, judgeQuota, judgeTaskDefinition } from "./judge-ecs-settings.ts";

const POLICY_FILE = "deploy/aws/dispatcher-policy.json";
/** No task: ids of ECS are random. */
const NO_TASK = "0".repeat(32);
/** Actions that no harmless call exercises: IAM has no dry run for ECS. */
const UNPROVABLE = ["ecs:RunTask", "ecs:TagResource", "iam:PassRole"] as const;

type Asked<T> = { answer: T } | { error: unknown };

/** Looks at all that a bot needs of ECS. Every call reads, but for one StopTask that names a task that cannot exist. */
export class EcsDiagnosis implements PlatformDiagnosis {
  readonly platform = "aws";
  readonly #settings: EcsSettings;
  readonly #checkUp: CheckUp;
  readonly #clients: EcsClients;
  #cluster: Promise<Asked<Cluster | null>> | undefined;
  readonly #definitions = new Map<string, TaskDefinition>();

  constructor(settings: EcsSettings, checkUp: CheckUp) {
    this.#settings = settings;
    this.#checkUp = checkUp;
    this.#clients = createEcsClients(settings);
  }

  async *diagnose(): AsyncGenerator<Check> {
    const definitions = distinct(Object.values(this.#settings.taskDefinitions));
    try {
      yield* runChecks([
        { id: "aws.credentials-source", needs: [], look: () => this.#findCredentials() },
        { id: "aws.reach", needs: ["aws.credentials-source"], look: () => this.#reach() },
        { id: "aws.credentials", needs: ["aws.reach"], look: () => this.#checkCredentials() },
        { id: permission("DescribeClusters"), needs: ["aws.credentials"], look: () => this.#mayDescribeCluster() },
        { id: "aws.cluster", needs: [permission("DescribeClusters")], look: () => this.#checkCluster() },
        ...this.#permissions(),
        ...UNPROVABLE.map((action) => unprovable(action)),
        ...definitions.map((definition) => this.#taskDefinition(definition)),
        { id: "aws.network", needs: [], look: async () => judgeNetwork(this.#settings) },
        {
          id: "aws.quota",
          needs: [],
          look: async () => judgeQuota([...this.#definitions.values()], this.#checkUp.limit),
        },
      ]);
    } finally {
      this.#clients.launcher.destroy();
      this.#clients.reader.destroy();
    }
  }

  async #findCredentials(): Promise<Verdict> {
    try {
      const { accessKeyId } = await this.#clients.reader.config.credentials();
      return ok(`The AWS SDK finds credentials (access key …${accessKeyId.slice(-4)}).`);
    } catch (error) {
      return fail(
        classifyEcsError(error).reason,
        "Give the dispatcher a role (EKS, ECS, EC2) or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
      );
    }
  }

  async #reach(): Promise<Verdict> {
    const asked = await this.#askCluster();
    if (!("error" in asked)) return ok("ECS answers.");
    const failure = classifyEcsError(asked.error);
    const { httpStatusCode: status } = (asked.error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
    if (status !== undefined && status < 500) return ok("ECS answers.");
    return fail(
      failure.reason,
      "See that AWS_REGION is right and ECS can be reached from here (route, proxy, VPC endpoint, AWS_ENDPOINT_URL_ECS).",
    );
  }

  async #checkCredentials(): Promise<Verdict> {
    const asked = await this.#askCluster();
    if ("error" in asked && isCredentialsFault(asked.error)) {
      return fail(
        classifyEcsError(asked.error).reason,
        "Renew the credentials, and see that this machine's clock is right.",
      );
    }
    return ok("ECS accepts the credentials.");
  }

  async #mayDescribeCluster(): Promise<Verdict> {
    const asked = await this.#askCluster();
    return "error" in asked ? refused(asked.error, "DescribeClusters") : ok("May describe the cluster.");
  }

  async #checkCluster(): Promise<Verdict> {
    const { cluster, useSpot } = this.#settings;
    const asked = await this.#askCluster();
    const found = "answer" in asked ? asked.answer : null;
    const status = found?.status ?? "MISSING";
    if (status !== "ACTIVE") {
      return fail(
        `The cluster ${cluster} is ${status}.`,
        "Correct AWS_ECS_CLUSTER and AWS_REGION, or make the cluster.",
      );
    }
    if (useSpot && !found?.capacityProviders?.includes("FARGATE_SPOT")) {
      return fail(
        `The cluster ${cluster} is active, but FARGATE_SPOT is not among its capacity providers.`,
        "Associate FARGATE_SPOT with it (aws ecs put-cluster-capacity-providers), or unset AWS_ECS_USE_SPOT.",
      );
    }
    return ok(`The cluster ${cluster} is active.`);
  }

  /** Real calls that change nothing. */
  #permissions(): CheckStep[] {
    const { reader } = this.#clients;
    const { cluster } = this.#settings;
    const call = (name: string, words: string, send: () => Promise<unknown>): CheckStep => ({
      id: permission(name),
      needs: ["aws.cluster"],
      look: async () => {
        try {
          await send();
          return ok(`May ${words}.`);
        } catch (error) {
          return isTaskNotFound(error) ? ok(`May ${words}.`) : refused(error, name);
        }
      },
    });
    return [
      call("ListTasks", "list the cluster's tasks", () =>
        reader.send(new ListTasksCommand({ cluster, maxResults: 1 }), this.#bounded()),
      ),
      call("DescribeTasks", "describe its tasks", () =>
        reader.send(new DescribeTasksCommand({ cluster, tasks: [NO_TASK] }), this.#bounded()),
      ),
      call("StopTask", "stop its tasks (tried on one that cannot exist)", () =>
        reader.send(new StopTaskCommand({ cluster, task: NO_TASK, reason: "milo doctor" }), this.#bounded()),
      ),
    ];
  }

  #taskDefinition(wanted: EcsTaskDefinition): CheckStep {
    const { taskDefinition } = wanted;
    return {
      id: `aws.task-definition.${taskDefinition.slice(taskDefinition.lastIndexOf("/") + 1)}`,
      needs: ["aws.credentials"],
      look: async () => {
        try {
          const answer = await this.#clients.reader.send(
            new DescribeTaskDefinitionCommand({ taskDefinition }),
            this.#bounded(),
          );
          if (answer.taskDefinition !== undefined) this.#definitions.set(taskDefinition, answer.taskDefinition);
          return judgeTaskDefinition(answer.taskDefinition ?? {}, wanted);
        } catch (error) {
          if (isAccessDenied(error)) {
            return skipped(
              `Milo's policy may not describe the task definition ${taskDefinition}, and needs not to.`,
              "To have it checked, allow ecs:DescribeTaskDefinition (resource *) to whoever runs doctor.",
            );
          }
          return fail(
            classifyEcsError(error).reason,
            "Correct AWS_ECS_TASK_DEF: family and revision must exist in this region.",
          );
        }
      },
    };
  }

  #askCluster(): Promise<Asked<Cluster | null>> {
    const command = new DescribeClustersCommand({ clusters: [this.#settings.cluster] });
    this.#cluster ??= this.#clients.reader.send(command, this.#bounded()).then(
      (answer) => ({ answer: answer.clusters?.[0] ?? null }),
      (error: unknown) => ({ error }),
    );
    return this.#cluster;
  }

  #bounded(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#settings.timeouts.callMs) };
  }
}

function unprovable(action: (typeof UNPROVABLE)[number]): CheckStep {
  return {
    id: permission(action.split(":")[1] ?? action),
    needs: ["aws.credentials"],
    look: async () =>
      skipped(
        `IAM has no dry run for ${action}: only a real launch proves it.`,
        `Compare with ${POLICY_FILE}, then run: milo probe aws`,
      ),
  };
}

function refused(error: unknown, action: string): Verdict {
  const fix = isAccessDenied(error)
    ? `Allow ecs:${action} as in ${POLICY_FILE}.`
    : "Try again; if it stays, see the AWS console.";
  return fail(classifyEcsError(error).reason, fix);
}

function isAccessDenied(error: unknown): boolean {
  return error instanceof Error && error.name === "AccessDeniedException";
}

function isCredentialsFault(error: unknown): boolean {
  const failure = classifyEcsError(error);
  return failure.kind === "failed" && failure.class === "auth" && !isAccessDenied(error);
}

function permission(action: string): string {
  return `aws.permission.${action}`;
}

function distinct(definitions: readonly EcsTaskDefinition[]): EcsTaskDefinition[] {
  return [...new Map(definitions.map((one) => [one.taskDefinition, one])).values()];
}
