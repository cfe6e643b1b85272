import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CreateOutcome } from "../platform-service.ts";
import { EcsPlatformService } from "./ecs-platform-service.ts";
import { ecsSettings, launchOf, openEcsWire, type WireAnswer, type WireCall, wireError } from "./testing/ecs-wire.ts";

/** What can become of one RunTask; each but `answer` is a way to be left in doubt, or refused. */
const FATES = ["answer", "lose", "drop", "fail-after", "fail-before", "throttle", "deny", "full"] as const;
type Fate = (typeof FATES)[number];

const MAX_CREATES = 4;

/** An ECS that keeps its promise about client tokens, on a network that keeps none. */
function modelOf(fates: Fate[]) {
  const arnByToken = new Map<string, string>();
  const taskOf = (taskArn: string) => ({ taskArn, startedBy: "milo/abc234/bot-abc234-42-a1", lastStatus: "PENDING" });
  const run = (token: string): WireAnswer => {
    const arn = arnByToken.get(token) ?? `arn:task/${arnByToken.size + 1}`;
    arnByToken.set(token, arn);
    return { json: { tasks: [taskOf(arn)], failures: [] } };
  };
  const meet = (fate: Fate, token: string): WireAnswer => {
    switch (fate) {
      case "answer":
        return run(token);
      case "lose":
        run(token);
        return { reset: true };
      case "drop":
        return { reset: true };
      case "fail-after":
        run(token);
        return wireError("ServerException", "oops", 500);
      case "fail-before":
        return wireError("ServerException", "oops", 500);
      case "throttle":
        return wireError("ThrottlingException", "Rate exceeded");
      case "deny":
        return wireError("AccessDeniedException", "no");
      case "full":
        return arnByToken.has(token) ? run(token) : { json: { tasks: [], failures: [{ reason: "RESOURCE:CPU" }] } };
    }
  };
  const answer = (call: WireCall): WireAnswer => {
    if (call.action === "RunTask") return meet(fates.shift() ?? "answer", String(call.body.clientToken));
    if (call.action === "ListTasks") return { json: { taskArns: [...arnByToken.values()] } };
    return { json: { tasks: [...arnByToken.values()].map(taskOf), failures: [] } };
  };
  return { answer, arns: () => [...arnByToken.values()] };
}

describe("creating an ECS task over an unreliable network", () => {
  it("never makes two, never calls failed what was made, and never names another than was made", async () => {
    const fates = fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fates, async (drawn) => {
        const model = modelOf([...drawn]);
        const wire = await openEcsWire(model.answer);
        const service = new EcsPlatformService(ecsSettings({ endpoint: wire.url }));
        const request = service.render(launchOf());
        let outcome: CreateOutcome = { kind: "unknown", reason: "not sent" };
        for (let create = 0; create < MAX_CREATES && outcome.kind === "unknown"; create += 1) {
          const { signal } = new AbortController();
          outcome = await service.create(request, { attemptToken: "token-1" }, { resend: create > 0, signal });
        }
        service.close();
        await wire.close();
        const made = model.arns();
        expect(made.length).toBeLessThanOrEqual(1);
        if (outcome.kind === "failed") expect(made).toEqual([]);
        if (outcome.kind === "created") expect(made).toEqual([outcome.identifier]);
      }),
      { numRuns: 30 },
    );
  });
});
