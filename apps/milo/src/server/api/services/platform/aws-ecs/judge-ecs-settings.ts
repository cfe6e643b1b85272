import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { fail, ok, skipped, type Verdict } from "../platform-diagnosis.ts";
import type { EcsSettings, EcsTaskDefinition } from "./ecs-settings.ts";

/** What one request of RunTask may name [ECS API reference, AwsVpcConfiguration]. */
const SUBNETS_MOST = 16;
const SECURITY_GROUPS_MOST = 5;
const CPU_UNITS_PER_VCPU = 1_024;

/** Whether a task definition can run bots on Fargate. */
export function judgeTaskDefinition(found: TaskDefinition, wanted: EcsTaskDefinition): Verdict {
  const name = wanted.taskDefinition;
  if (found.status !== "ACTIVE") {
    return fail(
      `The task definition ${name} is ${found.status ?? "without a status"}.`,
      "Register a new revision and set AWS_ECS_TASK_DEF to it.",
    );
  }
  const compatible = [...(found.compatibilities ?? []), ...(found.requiresCompatibilities ?? [])];
  if (!compatible.includes("FARGATE") || found.networkMode !== "awsvpc") {
    return fail(
      `The task definition ${name} cannot run on Fargate (network mode ${found.networkMode ?? "none"}).`,
      "Register a revision with network mode awsvpc, task cpu and memory, and FARGATE among its compatibilities.",
    );
  }
  const containers = (found.containerDefinitions ?? []).map((container) => container.name ?? "?");
  if (!containers.includes(wanted.containerName)) {
    return fail(
      `The task definition ${name} has no container ${wanted.containerName}; it has ${containers.join(", ") || "none"}.`,
      "Set AWS_ECS_CONTAINER_NAME to the container that is the bot.",
    );
  }
  return ok(
    `The task definition ${name} is active and runs on Fargate; its container ${wanted.containerName} is the bot.`,
  );
}

/** Whether the network settings can be right: ECS itself looks at them only when a task is started. */
export function judgeNetwork({ subnets, securityGroups }: Pick<EcsSettings, "subnets" | "securityGroups">): Verdict {
  const badSubnet = subnets.find((id) => !/^subnet-[0-9a-f]{8,17}$/.test(id));
  if (badSubnet !== undefined)
    return fail(`${badSubnet} is no subnet's id.`, "Correct AWS_ECS_SUBNETS, as in subnet-0a1b2c3d.");
  const badGroup = securityGroups.find((id) => !/^sg-[0-9a-f]{8,17}$/.test(id));
  if (badGroup !== undefined) {
    return fail(`${badGroup} is no security group's id.`, "Correct AWS_ECS_SECURITY_GROUPS, as in sg-0a1b2c3d.");
  }
  if (subnets.length > SUBNETS_MOST) {
    return fail(`${subnets.length} subnets are named.`, `Name at most ${SUBNETS_MOST} in AWS_ECS_SUBNETS.`);
  }
  if (securityGroups.length > SECURITY_GROUPS_MOST) {
    return fail(
      `${securityGroups.length} security groups are named.`,
      `Name at most ${SECURITY_GROUPS_MOST} in AWS_ECS_SECURITY_GROUPS.`,
    );
  }
  return ok(
    `${subnets.length} subnet(s) and ${securityGroups.length} security group(s) are named; whether they exist and let bots out is seen only by a real bot.`,
  );
}

/** The account's vCPU quota cannot be read with milo's policy: says what it has to be. */
export function judgeQuota(definitions: readonly TaskDefinition[], limit: number): Verdict {
  const vcpus = Math.max(0, ...definitions.map(({ cpu }) => Number(cpu ?? 0) / CPU_UNITS_PER_VCPU));
  const need = vcpus === 0 ? `${limit} bots` : `${limit} bots of ${vcpus} vCPU: ${limit * vcpus}`;
  return skipped(
    "The account's Fargate quota cannot be read with milo's policy.",
    `See that “Fargate On-Demand vCPU resource count” (Service Quotas; the Spot one too, if used) has room for ${need}.`,
  );
}
