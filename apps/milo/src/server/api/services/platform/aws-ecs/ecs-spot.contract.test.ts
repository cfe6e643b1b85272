import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlatformHarness } from "../testing/platform-harness.ts";
import { launchOf } from "./testing/ecs-wire.ts";
import { openEmulatedEcs } from "./testing/emulated-ecs.ts";

describe("ECS with Spot first, at an emulator", () => {
  let harness: PlatformHarness;
  beforeAll(async () => {
    harness = await openEmulatedEcs({ useSpot: true });
  });
  afterAll(() => harness.close());

  it("runs one container on demand when Spot has no room, and finds it by the first request too", async () => {
    const service = harness.service();
    const launch = launchOf({ installationId: harness.installationId });
    const options = { resend: false, signal: new AbortController().signal };
    const secrets = { attemptToken: "token-of-an-attempt" };
    const spot = service.render(launch);
    await harness.faults?.refuseCreate("capacity");
    const refused = await service.create(spot, secrets, options);
    if (refused.kind !== "retry_as") throw new Error(`create answered ${JSON.stringify(refused)}`);
    const made = await service.create(refused.request, secrets, options);
    if (made.kind !== "created") throw new Error(`create answered ${JSON.stringify(made)}`);
    const ref = { launchKey: launch.launchKey, identifier: null, request: spot };
    expect(await service.find(ref)).toMatchObject({ kind: "found", workload: { identifier: made.identifier } });
  });
});
