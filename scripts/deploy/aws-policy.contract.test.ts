import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { MILO } from "../start/paths.ts";
import { readAwsFile, type TaskDefinitionFile } from "./testing/aws-files.ts";
import { authorizationsOf } from "./testing/ecs-authorizations.ts";
import { CLUSTER, recordEcsCalls } from "./testing/ecs-calls.ts";
import { type Authorization, actionsOf, isAllowed, type Policy } from "./testing/iam.ts";

const ADAPTER = join(MILO, "src/server/api/services/platform/aws-ecs");

describe("the dispatcher's IAM policy", () => {
  const policy = readAwsFile<Policy>("dispatcher-policy.json");
  const definition = readAwsFile<TaskDefinitionFile>("task-definition.json");
  let operations: string[];
  let asked: Authorization[];
  beforeAll(async () => {
    const calls = await recordEcsCalls();
    operations = [...new Set(calls.map(({ operation }) => operation))];
    asked = calls.flatMap(({ operation, body }) => authorizationsOf(operation, body as object, definition));
  }, 60_000);
  const refused = (allowing: Policy) => asked.filter((one) => !isAllowed(allowing, one));

  it("allows everything that the recorded calls need", () => {
    expect(asked.length).toBeGreaterThan(10);
    expect(refused(policy)).toEqual([]);
  });

  it("holds no action that no recorded call needs, and no statement that could go", () => {
    expect(actionsOf(policy)).toEqual([...new Set(asked.map(({ action }) => action))].sort());
    for (const statement of policy.Statement) {
      const without = { ...policy, Statement: policy.Statement.filter((other) => other !== statement) };
      expect(refused(without).length, statement.Sid).toBeGreaterThan(0);
    }
  });

  it("refuses the same calls on any other cluster, task definition or account", () => {
    const changes: [from: string, to: string][] = [
      [CLUSTER, "shop"],
      [`task-definition/${definition.family}:`, "task-definition/shop:"],
      [":123456789012:", ":210987654321:"],
    ];
    for (const [from, to] of changes) {
      const elsewhere = asked.map((one) => changeAuthorization(one, from, to)).filter((one) => !asked.includes(one));
      expect(elsewhere.length, to).toBeGreaterThan(0);
      expect(elsewhere.filter((one) => isAllowed(policy, one))).toEqual([]);
    }
  });

  it("passes the role of its task definition to tasks, and no role to anything else", () => {
    const passing = { action: "iam:PassRole", context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } };
    const resource = definition.executionRoleArn;
    expect(isAllowed(policy, { ...passing, resource })).toBe(true);
    expect(isAllowed(policy, { ...passing, resource: `${resource}-admin` })).toBe(false);
    const toLambda = { "iam:PassedToService": "lambda.amazonaws.com" };
    expect(isAllowed(policy, { ...passing, resource, context: toLambda })).toBe(false);
  });

  it("tags tasks as they are launched, never later", () => {
    const tagging = asked.filter(({ action }) => action === "ecs:TagResource");
    expect(tagging.length).toBeGreaterThan(0);
    expect(tagging.filter((one) => isAllowed(policy, { ...one, context: {} }))).toEqual([]);
  });

  it("was compared with every command that the adapter's source sends", () => {
    // The check-up is the doctor's, which says itself what it may not read.
    const sources = globSync("*.ts", { cwd: ADAPTER }).filter((file) => !/\.test\.|diagnosis/.test(file));
    const text = sources.map((file) => readFileSync(join(ADAPTER, file), "utf8")).join("\n");
    const sent = [...text.matchAll(/new ([A-Z][A-Za-z]+)Command\(/g)].map(([, name]) => name ?? "");
    expect([...new Set(sent)].sort()).toEqual(operations.sort());
  });
});

/** The same object when nothing in it changes. */
function changeAuthorization(one: Authorization, from: string, to: string): Authorization {
  const text = JSON.stringify(one);
  const changed = text.replaceAll(from, to);
  return changed === text ? one : (JSON.parse(changed) as Authorization);
}
