import { describe, expect, it } from "vitest";
import { ACCOUNT_ID, readAwsFile, type TaskDefinitionFile } from "./testing/aws-files.ts";
import { finalInstructions, readDockerfile } from "./testing/dockerfile.ts";
import { findUnknownInTaskDefinition } from "./testing/ecs-model.ts";

/** What AWS_ECS_CONTAINER_NAME is when nobody sets it. */
const DEFAULT_CONTAINER = "bot";
/** The longest that Fargate waits between SIGTERM and SIGKILL, and what Spot gives. */
const LONGEST_STOP_SECONDS = 120;

describe("the ECS task definition", () => {
  const definition = readAwsFile<TaskDefinitionFile>("task-definition.json");
  const [container] = definition.containerDefinitions;

  it("holds only what the ECS API knows", () => {
    expect(findUnknownInTaskDefinition(definition)).toEqual([]);
    const wrong = {
      ...definition,
      memory: 2048,
      containerDefinitions: [{ ...container, readOnlyRootFilesystem: true }],
    };
    expect(findUnknownInTaskDefinition(wrong)).toHaveLength(2);
  });

  it("has the one container that milo starts, with all the time there is to leave a meeting", () => {
    expect(definition.containerDefinitions).toHaveLength(1);
    expect(container).toMatchObject({ name: DEFAULT_CONTAINER, stopTimeout: LONGEST_STOP_SECONDS });
  });

  it("runs without root and without writing to its image, under an init that reaps", () => {
    const [user] = finalInstructions(readDockerfile("bot"), "USER").flatMap(({ args }) => args);
    expect(container).toMatchObject({
      user,
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    });
  });

  it("gives bots no role of their own", () => {
    expect(definition.taskRoleArn).toBeUndefined();
  });
});

describe("who may take the roles", () => {
  type Trust = {
    Statement: { Principal: object; Action: string; Condition: Record<string, Record<string, string>> }[];
  };

  it("is ECS for tasks of this account", () => {
    const [statement, ...others] = readAwsFile<Trust>("trust-ecs-tasks.json").Statement;
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT_ID } },
    });
  });

  it("is the dispatcher's service account on EKS, and no other", () => {
    const [statement, ...others] = readAwsFile<Trust>("trust-eks.json").Statement;
    expect(others).toEqual([]);
    const wanted = Object.entries(statement?.Condition.StringEquals ?? {}).map(([key, value]) => [
      key.split(":").at(-1),
      value,
    ]);
    expect(Object.fromEntries(wanted)).toEqual({
      aud: "sts.amazonaws.com",
      sub: "system:serviceaccount:milo:milo-dispatcher",
    });
  });
});
