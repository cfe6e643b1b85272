import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositories } from "#server/dispatcher/repositories.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FULL_ENV } from "../../config/config.testkit.ts";
import { readPlatformConfigs } from "../../config/read-config.ts";
import { createPlatforms } from "./create-platforms.ts";
import { readHeldPlatforms } from "./read-held-platforms.ts";

describe("the dispatcher's platforms", () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  it("are those configured, each under its own name", () => {
    const env = { ...FULL_ENV, K8S_KUBECONFIG: undefined, K8S_KUBECONFIG_TEXT: undefined };
    const read = readPlatformConfigs(env, ["aws", "coolify"]);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const platforms = createPlatforms(read.config, "abcdef");
    expect([...platforms].map(([name, service]) => [name, service.platform])).toEqual([
      ["aws", "aws"],
      ["coolify", "coolify"],
    ]);
  });

  it("include one that left the plan for as long as a slot of it is held", async () => {
    await enforcePlan(milo.sql, testPlan({ aws: 1 }));
    await enqueue(milo.sql, testPlan({ aws: 1 }));
    expect(await readHeldPlatforms(milo.sql)).toEqual([]);
    const request = { platform: "aws", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 1 } as const;
    const [attempt] = await repositories.admit(milo.sql, request, () => expect.fail("slot clash"));
    if (attempt === undefined) throw new Error("not admitted");
    expect(await readHeldPlatforms(milo.sql)).toEqual(["aws"]);
    const end = { deploymentId: attempt.deploymentId, fence: null, nothingExists: true, random: 0 };
    await repositories.giveUpAttempt(milo.sql, { ...end, class: "config", reason: "no image" });
    expect(await readHeldPlatforms(milo.sql)).toEqual([]);
  });
});
