import { describe, expect, it } from "vitest";
import type { WorkloadRef } from "../platform-service.ts";
import type { ContractBench } from "./contract-bench.ts";

/** The six characters of an installation that none of the harness's services has. */
const OTHER_INSTALLATION_ID = "zzzzzz";

/** A list is complete and ours, or it is none. */
export function describeListing(bench: ContractBench): void {
  describe("listing", () => {
    it("lists every workload of ours when they fill more than one page", async () => {
      const service = bench.harness.service();
      const refs: WorkloadRef[] = [];
      for (let made = 0; made < bench.harness.moreThanOnePage; made += 1) {
        refs.push(await bench.created(service, bench.attempt(service)));
      }
      const listed = await service.list();
      if (listed.kind !== "listed") throw new Error(listed.reason);
      const keys = new Set(listed.workloads.map((workload) => workload.launchKey));
      expect(refs.filter((ref) => !keys.has(ref.launchKey))).toEqual([]);
      const { faults } = bench.harness;
      if (faults?.failSecondPage !== undefined) {
        await faults.failSecondPage();
        expect(await service.list(), "a list that lost a page").toMatchObject({ kind: "failed" });
        await faults.clear();
      }
      await Promise.all(refs.map((ref) => bench.stopped(service, ref)));
    });

    it("does not list, find or stop what another installation made", async () => {
      const theirs = bench.harness.service({ installationId: OTHER_INSTALLATION_ID });
      const ours = bench.harness.service();
      const attempt = bench.attempt(theirs, OTHER_INSTALLATION_ID);
      const ref = await bench.created(theirs, attempt);
      const listed = await ours.list();
      if (listed.kind !== "listed") throw new Error(listed.reason);
      expect(listed.workloads.map((workload) => workload.launchKey)).not.toContain(ref.launchKey);
      expect(await ours.find(attempt.ref)).toEqual({ kind: "absent" });
      expect(await ours.stop(ref)).toEqual({ kind: "absent" });
      expect((await bench.workload(theirs, ref))?.launchKey).toBe(ref.launchKey);
      await bench.stopped(theirs, ref);
    });

    it("lists a workload in the state in which it finds it", async () => {
      const service = bench.harness.service();
      const ref = await bench.running(service, bench.attempt(service));
      const listed = await service.list();
      if (listed.kind !== "listed") throw new Error(listed.reason);
      const mine = listed.workloads.find((workload) => workload.launchKey === ref.launchKey);
      expect(mine).toMatchObject({ identifier: ref.identifier, state: "running" });
      await bench.stopped(service, ref);
    });
  });
}
