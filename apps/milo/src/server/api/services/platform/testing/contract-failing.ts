import { describe, expect, it } from "vitest";
import { type ContractBench, never } from "./contract-bench.ts";
import type { Refusal } from "./platform-harness.ts";

const SHORT_TIMEOUT_MS = 400;
/** A busy machine may be late, but a call that has a limit ends well before this. */
const LATE_MS = 5_000;
const NO_FAULTS = "faults cannot be injected at this endpoint";
const REFUSALS: readonly Refusal[] = ["capacity", "throttled", "auth"];

/** Every failure has a class; what may have happened is never called a failure. */
export function describeFailing(bench: ContractBench): void {
  describe("failing", () => {
    for (const refusal of REFUSALS) {
      it(`answers ${refusal} when it is refused for that, and creates nothing`, async (context) => {
        if (bench.harness.faults === undefined) return context.skip(NO_FAULTS);
        const service = bench.harness.service();
        const attempt = bench.attempt(service);
        await bench.harness.faults.refuseCreate(refusal);
        const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
        await bench.harness.faults.clear();
        expect(made).toMatchObject({ kind: "failed", class: refusal });
        expect(await service.find(attempt.ref)).toEqual({ kind: "absent" });
      });
    }

    it("gives up a create that is never answered, in time, and does not call it failed", async (context) => {
      if (bench.harness.faults === undefined) return context.skip(NO_FAULTS);
      const impatient = bench.harness.service({ timeoutMs: SHORT_TIMEOUT_MS });
      const attempt = bench.attempt(impatient);
      await bench.harness.faults.hang("create");
      const startedAtMs = performance.now();
      const made = await impatient.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
      await bench.harness.faults.clear();
      expect(performance.now() - startedAtMs).toBeLessThan(LATE_MS);
      expect(made).toMatchObject({ kind: "unknown" });
    });

    it("learns by sending it again that a create took effect though its answer was lost", async (context) => {
      if (bench.harness.faults === undefined) return context.skip(NO_FAULTS);
      const service = bench.harness.service({ timeoutMs: SHORT_TIMEOUT_MS });
      const attempt = bench.attempt(service);
      await bench.harness.faults.loseAnswerOfCreate();
      const lost = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
      await bench.harness.faults.clear();
      expect(lost).toMatchObject({ kind: "unknown" });
      const patient = bench.harness.service();
      const again = await patient.create(attempt.request, attempt.secrets, { resend: true, signal: never() });
      expect(again).toMatchObject({ kind: "created" });
      const ref = await bench.running(patient, attempt);
      if (bench.harness.witness) expect((await bench.sightings(ref.launchKey)).starts).toBe(1);
      await bench.stopped(patient, ref);
    });

    it("gives up a list that is never answered, in time, and does not call it empty", async (context) => {
      if (bench.harness.faults === undefined) return context.skip(NO_FAULTS);
      const impatient = bench.harness.service({ timeoutMs: SHORT_TIMEOUT_MS });
      await bench.harness.faults.hang("list");
      const startedAtMs = performance.now();
      const listed = await impatient.list();
      await bench.harness.faults.clear();
      expect(performance.now() - startedAtMs).toBeLessThan(LATE_MS);
      expect(listed).toMatchObject({ kind: "failed" });
    });

    it("ends a call when its caller gives up, without throwing", async () => {
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      const givenUp = AbortSignal.abort();
      const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal: givenUp });
      expect(["unknown", "failed"]).toContain(made.kind);
    });

    it("ends a call in flight when its caller gives up", async (context) => {
      if (bench.harness.faults === undefined) return context.skip(NO_FAULTS);
      const service = bench.harness.service();
      const attempt = bench.attempt(service);
      await bench.harness.faults.hang("create");
      const signal = AbortSignal.timeout(SHORT_TIMEOUT_MS);
      const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal });
      await bench.harness.faults.clear();
      expect(made).toMatchObject({ kind: "unknown" });
    });

    it("says that an image that cannot be pulled will not start, as a fault of the settings", async () => {
      const service = bench.harness.service({ image: "missing" });
      const attempt = bench.attempt(service);
      const ref = await bench.created(service, attempt);
      const started = await service.start(ref, attempt.secrets, { signal: never() });
      // A platform may know at once, or show it only on the workload.
      if (started.kind !== "failed") {
        await bench.until("the workload says that it will not start", async () => {
          return (await bench.workload(service, ref))?.startFailure !== undefined;
        });
        expect((await bench.workload(service, ref))?.startFailure?.class).toBe("config");
      } else {
        expect(started.class).toBe("config");
      }
      await bench.stopped(service, ref);
    });

    it("answers unavailable, sent nowhere, when nobody listens, and is unhealthy with a reason", async () => {
      const service = bench.harness.service({ endpoint: "nobody" });
      const attempt = bench.attempt(service);
      const made = await service.create(attempt.request, attempt.secrets, { resend: false, signal: never() });
      expect(made).toMatchObject({ kind: "failed", class: "unavailable" });
      expect(await service.find(attempt.ref)).toMatchObject({ kind: "unknown" });
      expect(await service.list()).toMatchObject({ kind: "failed" });
      expect(await service.stop(attempt.ref)).toMatchObject({ kind: "failed" });
      const health = await service.checkHealth();
      expect(health.healthy).toBe(false);
      expect(health.reason).not.toBe("");
    });

    it("is healthy when the platform answers", async () => {
      expect(await bench.harness.service().checkHealth()).toMatchObject({ healthy: true });
    });
  });
}
