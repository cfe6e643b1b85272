import { describe, expect, it } from "vitest";
import { type ContractBench, never } from "./contract-bench.ts";

/** An attempt becomes one workload, whatever is repeated, and never somebody else's. */
export function describeCreating(bench: ContractBench): void {
  describe("creating and starting", () => {
    it("renders the same request for the same launch, as plain JSON without the attempt's token", () => {
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      expect(service.render(attempt.launch)).toEqual(attempt.request);
      expect(JSON.parse(JSON.stringify(attempt.request))).toEqual(attempt.request);
      expect(JSON.stringify(attempt.request)).not.toContain(attempt.secrets.attemptToken);
    });

    it("makes one workload when the same request is sent twice, and says that it adopted it", async () => {
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const first = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
      const second = await service.create(attempt.request, attempt.secrets, { resend: true, signal: never() });
      expect(first).toMatchObject({ kind: "created", adopted: false });
      expect(second).toMatchObject({ kind: "created" });
      if (first.kind !== "created" || second.kind !== "created") return;
      expect(second.identifier).toBe(first.identifier);
      const listed = await service.list();
      if (listed.kind !== "listed") throw new Error(listed.reason);
      expect(listed.workloads.filter((workload) => workload.launchKey === attempt.launch.launchKey)).toHaveLength(1);
      await bench.stopped(service, { ...attempt.ref, identifier: first.identifier });
    });

    it("runs one container when two senders race with the same request", async (context) => {
      if (bench.harness.witness === undefined) return context.skip("this endpoint has no witness of what ran");
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const send = () => service.create(attempt.request, attempt.secrets, { resend: true, signal: never() });
      const outcomes = await Promise.all([send(), send()]);
      expect(new Set(outcomes.map((outcome) => JSON.stringify({ ...outcome, adopted: null }))).size).toBe(1);
      const ref = await bench.running(service, attempt);
      expect(await bench.sightings(attempt.launch.launchKey)).toMatchObject({ starts: 1, running: 1 });
      await bench.stopped(service, ref);
    });

    it("runs nothing before it is started", async (context) => {
      const { witness, createIsInert } = bench.harness;
      if (!createIsInert) return context.skip("create starts on this platform");
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const ref = await bench.created(service, attempt);
      expect((await bench.workload(service, ref))?.state).toBe("inert");
      if (witness) expect((await bench.sightings(ref.launchKey)).starts).toBe(0);
      await bench.stopped(service, ref);
    });

    it("runs one container however often it is told to start", async () => {
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const ref = await bench.running(service, attempt);
      expect(await service.start(ref, attempt.secrets, { signal: never() })).toEqual({ kind: "started" });
      expect((await bench.workload(service, ref))?.state).toBe("running");
      if (bench.harness.witness) expect((await bench.sightings(ref.launchKey)).starts).toBe(1);
      await bench.stopped(service, ref);
    });

    it("finds a workload by its key alone, as it finds it by its identifier", async () => {
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const ref = await bench.created(service, attempt);
      const byKey = await service.find(attempt.ref);
      expect(byKey).toEqual(await service.find(ref));
      expect(byKey).toMatchObject({
        kind: "found",
        workload: { identifier: ref.identifier, launchKey: ref.launchKey },
      });
      await bench.stopped(service, ref);
    });

    it("finds nothing under a key that nobody used", async () => {
      const service = bench.harness.service();
      expect(await service.find(bench.attempt(service).ref)).toEqual({ kind: "absent" });
    });

    it("leaves alone what bears our name and is not ours", async (context) => {
      if (bench.harness.plantForeign === undefined) return context.skip("names are not unique on this platform");
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const isUntouched = await bench.harness.plantForeign(attempt.launch.launchKey);
      const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
      expect(made).toMatchObject({ kind: "failed", class: "config" });
      expect(await service.find(attempt.ref)).toEqual({ kind: "absent" });
      expect(await service.stop(attempt.ref)).toEqual({ kind: "absent" });
      expect(await isUntouched()).toBe(true);
    });
  });
}
