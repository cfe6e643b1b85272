import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { startTestDispatcher } from "#server/testing/test-dispatcher.ts";
import { repositories } from "./repositories.ts";

const plan = testPlan({ k8s: 1 });

describe("a wait that is over", () => {
  let milo: TestMilo;
  beforeEach(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  it("ends at once, whatever else is due and does not get done", async () => {
    await enqueue(milo.sql, plan);
    await milo.sql`UPDATE deployment_queue SET timeout_at = milo_now() - interval '1 second'`;
    await using _dispatcher = await startTestDispatcher(milo.sql, plan, [createFakePlatform("k8s")], {
      repositories: {
        ...repositories,
        lookAhead: async (sql) => ({ ...(await repositories.lookAhead(sql)), attemptsDue: true }),
        readDueDeployments: () => Promise.reject(new Error("another attempt is in the way")),
      },
    });
    const readCodes = () => milo.sql<{ code: string | null }[]>`SELECT status_code AS code FROM bots`;
    await expect.poll(readCodes, { timeout: 20_000 }).toEqual([{ code: "QUEUE_TIMEOUT" }]);
  });
});
