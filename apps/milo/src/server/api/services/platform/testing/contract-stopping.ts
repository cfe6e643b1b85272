import { describe, expect, it } from "vitest";
import type { PostMortem } from "../platform-service.ts";
import type { ContractBench } from "./contract-bench.ts";

/** A slot comes back when, and only when, the container is gone. */
export function describeStopping(bench: ContractBench): void {
  describe("stopping", () => {
    it("ends a running container with SIGTERM first, and says gone only after it ended", async (context) => {
      if (bench.harness.witness === undefined) return context.skip("this endpoint has no witness of what ran");
      const service = bench.harness.service();
      const ref = await bench.running(service, bench.attempt(service));
      expect((await bench.sightings(ref.launchKey)).running).toBe(1);
      let last = await service.stop(ref);
      await bench.until("the stop is confirmed", async () => {
        last = await service.stop(ref);
        // A slot given away while the container runs is the harm this whole port exists to prevent.
        if (last.kind === "gone") expect((await bench.sightings(ref.launchKey)).running).toBe(0);
        return last.kind === "gone" || last.kind === "absent";
      });
      expect(last, "positive evidence that it ended").toEqual({ kind: "gone" });
      const seen = await bench.sightings(ref.launchKey);
      expect(seen).toMatchObject({ starts: 1, running: 0 });
      expect(seen.signals[0]).toBe("SIGTERM");
    });

    it("leaves nothing to list once a stopped workload is cleaned up", async () => {
      const service = bench.harness.service();
      const ref = await bench.running(service, bench.attempt(service));
      await bench.stopped(service, ref);
      await bench.until("nothing is listed under the key", async () => {
        await service.stop(ref);
        const listed = await service.list();
        if (listed.kind !== "listed") throw new Error(listed.reason);
        return !listed.workloads.some((workload) => workload.launchKey === ref.launchKey);
      });
    });

    it("ends one that was never started, without running it", async (context) => {
      if (!bench.harness.createIsInert) return context.skip("create starts on this platform");
      const service = bench.harness.service();
      const ref = await bench.created(service, bench.attempt(service));
      let last = await service.stop(ref);
      await bench.until("the stop is confirmed", async () => {
        if (last.kind === "gone") return true;
        last = await service.stop(ref);
        return last.kind === "gone";
      });
      expect(await bench.workload(service, ref)).toBeNull();
      if (bench.harness.witness) expect((await bench.sightings(ref.launchKey)).starts).toBe(0);
    });

    it("removes nothing of which it could not keep what is left, and goes on when it can", async () => {
      const service = bench.harness.service();
      const ref = await bench.running(service, bench.attempt(service));
      const kept: PostMortem[] = [];
      let refused = 0;
      const keep = async (postMortem: PostMortem) => {
        if (refused++ < 2) throw new Error("the database is away");
        kept.push(postMortem);
      };
      let last = await service.stop(ref, { keep });
      await bench.until("the stop is confirmed", async () => {
        if (kept.length === 0) expect(await bench.workload(service, ref), "it is still there").not.toBeNull();
        if (last.kind === "gone") return true;
        last = await service.stop(ref, { keep });
        return last.kind === "gone";
      });
      expect(refused).toBeGreaterThan(2);
      expect(kept.length).toBeGreaterThan(0);
    });

    it("can be repeated, also after it is gone, and when there never was anything", async () => {
      const service = bench.harness.service();
      const ref = await bench.created(service, bench.attempt(service));
      await bench.stopped(service, ref);
      expect(["gone", "absent", "stopping"]).toContain((await service.stop(ref)).kind);
      expect(await service.stop(bench.attempt(service).ref)).toEqual({ kind: "absent" });
    });

    it("does not start what was stopped before", async (context) => {
      if (!bench.harness.createIsInert) return context.skip("create starts on this platform");
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const ref = await bench.created(service, attempt);
      await bench.stopped(service, ref);
      const started = await service.start(ref, attempt.secrets, { signal: new AbortController().signal });
      expect(started.kind).toBe("failed");
      if (bench.harness.witness) expect((await bench.sightings(ref.launchKey)).starts).toBe(0);
    });
  });
}
