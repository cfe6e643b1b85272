import { ACCOUNT_ID, REGION, type TaskDefinitionFile } from "./aws-files.ts";
import type { Authorization } from "./iam.ts";

type EcsBody = {
  cluster?: string;
  clusters?: string[];
  task?: string;
  tasks?: string[];
  taskDefinition?: string;
  tags?: object[];
  overrides?: { executionRoleArn?: string; taskRoleArn?: string };
};

/**
 * What IAM is asked for one call to ECS: actions, resource types and condition keys as in the Service Authorization
 * Reference for Amazon ECS. RunTask is asked about the task definition, with the cluster as a condition; tags given
 * with it, and the roles its tasks get, are asked about apart. ListTasks knows no resource of its own.
 */
export function authorizationsOf(operation: string, body: EcsBody, definition: TaskDefinitionFile): Authorization[] {
  const cluster = clusterArn(body.cluster ?? "default");
  const inCluster = { "ecs:cluster": cluster };
  const aboutTask = (task: string) => ({
    action: `ecs:${operation}`,
    resource: taskArn(cluster, task),
    context: inCluster,
  });
  switch (operation) {
    case "RunTask":
      return [
        {
          action: "ecs:RunTask",
          resource: ecsArn(`task-definition/${(body.taskDefinition ?? "").split("/").at(-1)}`),
          context: inCluster,
        },
        ...tagging(cluster, body),
        ...passingRoles(body, definition),
      ];
    case "StopTask":
      return [aboutTask(body.task ?? "")];
    case "DescribeTasks":
      return (body.tasks ?? []).map(aboutTask);
    case "ListTasks":
      return [{ action: "ecs:ListTasks", resource: ecsArn("container-instance/any"), context: inCluster }];
    case "DescribeClusters":
      return (body.clusters ?? []).map((one) => ({
        action: "ecs:DescribeClusters",
        resource: clusterArn(one),
        context: {},
      }));
    default:
      throw new Error(`nothing is known of what IAM asks for ${operation}`);
  }
}

function tagging(cluster: string, { tags = [] }: EcsBody): Authorization[] {
  if (tags.length === 0) return [];
  const context = { "ecs:CreateAction": "RunTask" };
  return [{ action: "ecs:TagResource", resource: taskArn(cluster, "new"), context }];
}

function passingRoles({ overrides = {} }: EcsBody, definition: TaskDefinitionFile): Authorization[] {
  const roles = [
    overrides.executionRoleArn ?? definition.executionRoleArn,
    overrides.taskRoleArn ?? definition.taskRoleArn,
  ];
  return roles
    .filter((role) => role !== undefined)
    .map((role) => ({
      action: "iam:PassRole",
      resource: role,
      context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }));
}

function clusterArn(cluster: string): string {
  return cluster.startsWith("arn:") ? cluster : ecsArn(`cluster/${cluster}`);
}

function taskArn(cluster: string, task: string): string {
  return task.startsWith("arn:") ? task : ecsArn(`task/${cluster.split("/").at(-1)}/${task}`);
}

function ecsArn(resource: string): string {
  return `arn:aws:ecs:${REGION}:${ACCOUNT_ID}:${resource}`;
}
