import { expect, it, vi } from "vitest";
import { createTestMilo, enforcePlan, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES, startTestDispatcher } from "#server/testing/test-dispatcher.ts";

const plan = testPlan({ k8s: 1 });

it("a dispatcher clears away what is older than it is told to keep, batch after batch, and keeps all when told 0", async () => {
  await using milo = await createTestMilo();
  await enforcePlan(milo.sql, plan);
  await milo.sql`
    INSERT INTO bots (name, meeting_platform, meeting_url, status, created_at, finished_at)
      SELECT 'old', 'zoom', 'https://zoom.example/1', 'DONE', milo_now() - interval '2 days', milo_now() - interval '2 days'
      FROM generate_series(1, 600)`;
  const left = async () => (await milo.sql`SELECT count(*)::int AS n FROM bots`)[0]?.n;
  {
    await using keeping = await startTestDispatcher(milo.sql, plan, [], { times: { ...FAST_TIMES, historyKeepMs: 0 } });
    await vi.waitFor(() => expect(keeping.pulses().find((pulse) => pulse.name === "history")).toBeDefined());
    expect(await left()).toBe(600);
  }
  await using _clearing = await startTestDispatcher(milo.sql, plan, [], {
    times: { ...FAST_TIMES, historyKeepMs: 86_400_000 },
  });
  await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 20_000, interval: 50 });
});
