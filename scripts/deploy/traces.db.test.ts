import { beforeAll, describe, expect, it } from "vitest";
import { buildMilo } from "../start/build-milo.ts";
import { COOLIFY_TOKEN, MEETING_PASSWORD, startBundles } from "./testing/bundled-milo.ts";
import { startOtlpReceiver } from "./testing/otlp-receiver.ts";

const BUILD_WITHIN_MS = 400_000;
const SLOW = { timeout: 60_000, interval: 100 };
const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const KIND = { internal: 1, server: 2, client: 3 };

/** The bundles that production runs, as processes of their own, and a collector that is nobody's but the test's. */
describe("traces", { timeout: 120_000 }, () => {
  beforeAll(() => buildMilo(() => undefined), BUILD_WITHIN_MS);

  it("follow a bot from its caller through queue, failover and launch to its claim, over both processes", async () => {
    await using collector = await startOtlpReceiver();
    await using milo = await startBundles({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=PLANTEDKEY",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    });
    milo.k8s.faults.add({ match: { operation: "create-job" }, fault: "status", status: 403, body: FORBIDDEN });
    const botId = await milo.create({ traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` });

    const named = (name: string) => collector.spans.filter((span) => span.name === name);
    const reported = () => named("POST /api/bot/v1/events").some((span) => !span.failed);
    await expect.poll(reported, SLOW).toBe(true);
    await expect.poll(() => named("bots.create").length, SLOW).toBe(1);
    await milo.stop();

    const ours = collector.spans.filter(({ traceId }) => traceId === CALLER.traceId);
    const of = (name: string) => ours.filter((span) => span.name === name);
    const [request] = of("bots.create");
    expect(request).toMatchObject({
      service: "milo-web",
      kind: KIND.server,
      parentSpanId: CALLER.spanId,
      attributes: { "rpc.system.name": "trpc", "rpc.method": "bots.create" },
    });
    const attempts = [
      { "milo.bot.id": botId, "milo.platform": "k8s", "milo.attempt": 1 },
      { "milo.bot.id": botId, "milo.platform": "coolify", "milo.attempt": 2 },
    ];
    const within = { service: "milo-dispatcher", parentSpanId: request?.spanId };
    expect(of("admission")).toMatchObject(attempts.map((attributes) => ({ ...within, attributes })));
    const launches = of("launch");
    expect(launches).toMatchObject([
      {
        ...within,
        failed: true,
        attributes: { ...attempts[0], "error.type": "auth" },
        events: [{ name: "attempt given up", attributes: { "milo.failure.class": "auth" } }],
      },
      { ...within, failed: false, attributes: attempts[1], events: [] },
    ]);
    const calls = ["k8s.create", "coolify.create", "coolify.start"].flatMap(of);
    expect(calls).toMatchObject([
      { kind: KIND.client, parentSpanId: launches[0]?.spanId, failed: true, attributes: { "error.type": "auth" } },
      { kind: KIND.client, parentSpanId: launches[1]?.spanId, failed: false },
      { kind: KIND.client, parentSpanId: launches[1]?.spanId, failed: false },
    ]);
    const [claim] = of("POST /api/bot/v1/claim");
    expect(claim).toMatchObject({
      service: "milo-web",
      kind: KIND.server,
      parentSpanId: request?.spanId,
      attributes: {
        ...attempts[1],
        "http.request.method": "POST",
        "http.route": "/api/bot/v1/claim",
        "http.response.status_code": 200,
      },
    });
    const starts = [request, launches[0], launches[1], claim].map((span) => span?.startMs ?? Number.NaN);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));

    expect(collector.refused).toEqual([]);
    expect(collector.headers[0]).toMatchObject({ "api-key": "PLANTEDKEY" });
    const told = collector.texts.join("");
    expect(told).toContain("deployment.environment.name");
    for (const secret of [MEETING_PASSWORD, "PLANTEDKEY", COOLIFY_TOKEN, milo.attemptSecret]) {
      expect(told).not.toContain(secret);
    }
    expect(milo.output()).not.toContain("PLANTEDKEY");
  });

  it("are off unless configured: nothing is sent, and bots bear no trace", async () => {
    await using collector = await startOtlpReceiver();
    await using milo = await startBundles({});
    const botId = await milo.create({ traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` });
    await expect.poll(() => milo.claimed(botId), SLOW).toBe(true);
    expect(await milo.traceParentOf(botId)).toBeNull();
    expect(collector.spans).toEqual([]);
  });

  it("that nobody takes hurt no bot: milo says so once and goes on", async () => {
    await using milo = await startBundles({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
    const botId = await milo.create({});
    await expect.poll(() => milo.claimed(botId), SLOW).toBe(true);
    await expect.poll(milo.output, SLOW).toContain("Traces are lost");
  });
});

const FORBIDDEN = {
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  reason: "Forbidden",
  code: 403,
  message: 'jobs.batch is forbidden: User "milo" cannot create resource "jobs" in API group "batch"',
};
