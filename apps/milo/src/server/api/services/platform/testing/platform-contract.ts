import { afterAll, beforeAll, describe } from "vitest";
import { ContractBench } from "./contract-bench.ts";
import { describeCreating } from "./contract-creating.ts";
import { describeFailing } from "./contract-failing.ts";
import { describeListing } from "./contract-listing.ts";
import { describeStopping } from "./contract-stopping.ts";
import type { PlatformHarness } from "./platform-harness.ts";

/**
 * The promises of the platform port, run against one platform at one endpoint. `open` makes the harness once for
 * all tests; each test uses launch keys of its own.
 */
export function describePlatformContract(name: string, open: () => Promise<PlatformHarness>): void {
  // A real endpoint pulls images and drains nodes in minutes; each wait has a shorter limit of its own.
  describe(`platform contract: ${name}`, { timeout: 120_000 }, () => {
    const bench = new ContractBench();
    beforeAll(async () => bench.begin(await open()), 60_000);
    afterAll(() => bench.end(), 60_000);
    describeCreating(bench);
    describeListing(bench);
    describeStopping(bench);
    describeFailing(bench);
  });
}
