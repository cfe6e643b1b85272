import { afterEach, describe, expect, it } from "vitest";
import type { RenderedRequest, WorkloadRef } from "../platform-service.ts";
import { EcsPlatformService } from "./ecs-platform-service.ts";
import type { EcsSettings } from "./ecs-settings.ts";
import {
  type EcsWire,
  ecsSettings,
  launchOf,
  openEcsWire,
  type WireAnswer,
  type WireCall,
  wireError,
} from "./testing/ecs-wire.ts";

const SECRETS = { attemptToken: "s3cret-token" };
const ARN = "arn:aws:ecs:eu-central-1:1:task/bots/1";
const OURS = {
  taskArn: ARN,
  startedBy: "milo/abc234/bot-abc234-42-a1",
  lastStatus: "RUNNING",
  desiredStatus: "RUNNING",
};
const STARTED: WireAnswer = { json: { tasks: [{ ...OURS, lastStatus: "PROVISIONING" }], failures: [] } };
const NO_CAPACITY: WireAnswer = {
  json: { tasks: [], failures: [{ reason: "Capacity is unavailable at this time." }] },
};

const open: { wire: EcsWire; service: EcsPlatformService }[] = [];
afterEach(async () => {
  for (const { wire, service } of open.splice(0)) {
    service.close();
    await wire.close();
  }
});

async function against(answer: (call: WireCall) => WireAnswer, settings: Partial<EcsSettings> = {}) {
  const wire = await openEcsWire(answer);
  const service = new EcsPlatformService(ecsSettings({ endpoint: wire.url, ...settings }));
  open.push({ wire, service });
  const request = service.render(launchOf());
  const create = (resend = false, sent: RenderedRequest = request) =>
    service.create(sent, SECRETS, { resend, signal: new AbortController().signal });
  return { wire, service, request, create };
}

/** Answers in turn; the last one for ever. */
function inTurn(...answers: WireAnswer[]): () => WireAnswer {
  return () => (answers.length > 1 ? answers.shift()! : answers[0]!);
}

describe("create", () => {
  it("re-sends an unanswered RunTask with the same token and parameters until it knows the outcome", async () => {
    const { wire, create } = await against(inTurn({ reset: true }, wireError("ServerException", "oops", 500), STARTED));
    expect(await create()).toEqual({ kind: "created", identifier: ARN, adopted: true });
    const [first, ...resent] = wire.callsOf("RunTask");
    expect(resent).toHaveLength(2);
    for (const call of resent) expect(call.body).toEqual(first!.body);
    expect(first!.body.clientToken).toBe("bot-abc234-42-a1d");
  });

  it("never lets the refusal of a re-send settle an earlier send that may have started the task", async () => {
    for (const refusal of [
      wireError("ThrottlingException", "Rate exceeded"),
      wireError("AccessDeniedException", "no"),
      wireError("InvalidParameterException", "bad subnet"),
    ]) {
      let sends = 0;
      const { create } = await against((call) => {
        if (call.action !== "RunTask") return { json: { taskArns: [], tasks: [], failures: [] } };
        sends += 1;
        return sends === 1 ? { reset: true } : refusal;
      });
      expect((await create()).kind).toBe("unknown");
      expect((await create(true)).kind).toBe("unknown");
    }
  });

  it("finds the task of an earlier send although the re-send is refused", async () => {
    const { create } = await against((call) => {
      if (call.action === "RunTask") return wireError("ThrottlingException", "Rate exceeded");
      if (call.action === "ListTasks") return { json: { taskArns: [ARN] } };
      return { json: { tasks: [OURS], failures: [] } };
    });
    expect(await create(true)).toEqual({ kind: "created", identifier: ARN, adopted: true });
  });

  it("stays unknown while nothing answers, within its time", async () => {
    const timeouts = { connectMs: 100, requestMs: 150, callMs: 600 };
    const { create } = await against(() => ({ silent: true }), { timeouts });
    const startedMs = performance.now();
    expect((await create()).kind).toBe("unknown");
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it("knows that a refused connection started nothing", async () => {
    const service = new EcsPlatformService(ecsSettings({ endpoint: "http://127.0.0.1:1" }));
    const request = service.render(launchOf());
    const outcome = await service.create(request, SECRETS, { resend: false, signal: new AbortController().signal });
    expect(outcome).toMatchObject({ kind: "failed", class: "unavailable" });
    service.close();
  });

  it("asks for on-demand, as a request of its own, when Spot has no capacity", async () => {
    const { wire, service, create } = await against(inTurn(NO_CAPACITY, STARTED), { useSpot: true });
    const refused = await create();
    if (refused.kind !== "retry_as") throw new Error(`expected retry_as, got ${refused.kind}`);
    expect(refused.request).toEqual(new EcsPlatformService(ecsSettings({ useSpot: false })).render(launchOf()));
    expect((await create(false, JSON.parse(JSON.stringify(refused.request)))).kind).toBe("created");
    const [spot, onDemand] = wire.callsOf("RunTask");
    expect(onDemand!.body.clientToken).not.toBe(spot!.body.clientToken);
    expect(service.platform).toBe("aws");
  });

  it("takes no capacity on demand for a capacity failure, also on a re-send [attendee#878]", async () => {
    const { create } = await against(() => NO_CAPACITY);
    expect(await create()).toMatchObject({ kind: "failed", class: "capacity" });
    expect(await create(true)).toMatchObject({ kind: "failed", class: "capacity" });
  });

  it("adopts the task that owns the token when it is ours, and leaves it alone when it is not", async () => {
    for (const [startedBy, outcome] of [
      [OURS.startedBy, { kind: "created", identifier: ARN, adopted: true }],
      ["someone-else", { kind: "failed", class: "config" }],
    ] as const) {
      const { wire, create } = await against((call) => {
        if (call.action === "RunTask") return wireError("ConflictException", "in use", 400, { resourceIds: [ARN] });
        return { json: { tasks: [{ ...OURS, startedBy }], failures: [] } };
      });
      expect(await create()).toMatchObject(outcome);
      expect(wire.callsOf("StopTask")).toEqual([]);
    }
  });

  it("repeats the attempt token in no reason, even when AWS quotes it", async () => {
    const { create } = await against(() => wireError("InvalidParameterException", `bad value ${SECRETS.attemptToken}`));
    expect(JSON.stringify(await create())).not.toContain(SECRETS.attemptToken);
  });
});

describe("list", () => {
  it("reads every page of running and stopped tasks in batches of at most 100, and keeps only ours [meeboter 15]", async () => {
    const arns = Array.from({ length: 250 }, (_, index) => `arn:task/${index}`);
    const { wire, service } = await against((call) => {
      if (call.action === "ListTasks") {
        if (call.body.desiredStatus === "STOPPED") return { json: { taskArns: arns.slice(200) } };
        const start = Number(call.body.nextToken ?? 0);
        const nextToken = start === 0 ? "100" : undefined;
        return { json: { taskArns: arns.slice(start, start + 100), nextToken } };
      }
      const ids = call.body.tasks as string[];
      const tasks = ids.map((taskArn, index) => ({
        ...OURS,
        taskArn,
        ...(index % 2 ? { startedBy: "other/x/y" } : {}),
      }));
      return { json: { tasks, failures: [] } };
    });
    const listed = await service.list();
    if (listed.kind !== "listed") throw new Error(listed.reason);
    expect(listed.workloads).toHaveLength(125);
    for (const call of wire.callsOf("DescribeTasks")) {
      expect((call.body.tasks as string[]).length).toBeLessThanOrEqual(100);
      expect(call.body.include).toEqual(["TAGS"]);
    }
  });

  it("is no listing when one page, one batch or one running task can't be read", async () => {
    const first = { json: { taskArns: [ARN], nextToken: "2" } };
    const described: WireAnswer = { json: { tasks: [OURS], failures: [] } };
    const broken: ((call: WireCall) => WireAnswer)[] = [
      (call) => (call.body.nextToken ? wireError("AccessDeniedException", "no") : first),
      (call) =>
        call.action === "ListTasks" ? { json: { taskArns: [ARN] } } : wireError("AccessDeniedException", "no"),
      (call) => {
        if (call.action === "ListTasks")
          return { json: { taskArns: call.body.desiredStatus === "RUNNING" ? [ARN] : [] } };
        return { json: { tasks: [], failures: [{ arn: ARN, reason: "MISSING" }] } };
      },
    ];
    for (const answer of broken) {
      const { service } = await against(answer);
      expect((await service.list()).kind).toBe("failed");
    }
    const { service } = await against((call) =>
      call.action === "ListTasks" ? { json: { taskArns: [ARN] } } : described,
    );
    expect((await service.list()).kind).toBe("listed");
  });
});

describe("find and stop", () => {
  const missing: WireAnswer = { json: { tasks: [], failures: [{ arn: ARN, reason: "MISSING" }] } };
  const refOf = (request: RenderedRequest, identifier: string | null = ARN): WorkloadRef => ({
    launchKey: "bot-abc234-42-a1",
    identifier,
    request,
  });

  it("takes a task that ECS has forgotten for absent, never for ended or gone [meeboter 19]", async () => {
    const { service, request } = await against(() => missing);
    expect(await service.find(refOf(request))).toEqual({ kind: "absent" });
    expect(await service.stop(refOf(request))).toEqual({ kind: "absent" });
  });

  it("takes an error for unknown, never for absent", async () => {
    const { service, request } = await against(() => wireError("AccessDeniedException", "no"));
    expect((await service.find(refOf(request))).kind).toBe("unknown");
    expect((await service.find(refOf(request, null))).kind).toBe("unknown");
    expect((await service.stop(refOf(request))).kind).toBe("failed");
  });

  it("finds a launch by its key alone, running or stopped, with startedBy as the only filter", async () => {
    const stopped = { ...OURS, lastStatus: "STOPPED", desiredStatus: "STOPPED" };
    const { wire, service, request } = await against((call) => {
      if (call.action === "DescribeTasks")
        return { json: { tasks: [{ ...stopped, startedBy: "x" }, stopped], failures: [] } };
      return { json: { taskArns: call.body.startedBy ? [] : ["arn:other", ARN] } };
    });
    expect(await service.find(refOf(request, null))).toMatchObject({ workload: { identifier: ARN, state: "ended" } });
    const [byKey, byFamily] = wire.callsOf("ListTasks");
    expect(Object.keys(byKey!.body).sort()).toEqual(["cluster", "maxResults", "startedBy"]);
    expect(byFamily!.body).toMatchObject({ family: "bot", desiredStatus: "STOPPED" });
  });

  it("orders a stop once with its reason, and calls it gone only when ECS says STOPPED", async () => {
    let task: object = OURS;
    const { wire, service, request } = await against((call) => {
      if (call.action === "StopTask") task = { ...OURS, desiredStatus: "STOPPED" };
      return { json: { tasks: [task], failures: [] } };
    });
    expect(await service.stop(refOf(request))).toEqual({ kind: "stopping" });
    expect(await service.stop(refOf(request))).toEqual({ kind: "stopping" });
    expect(wire.callsOf("StopTask")).toMatchObject([{ body: { task: ARN, reason: "milo stops bot-abc234-42-a1" } }]);
    task = { ...OURS, lastStatus: "STOPPED", desiredStatus: "STOPPED" };
    expect(await service.stop(refOf(request))).toEqual({ kind: "gone" });
  });
});

describe("checkHealth", () => {
  it.each([
    [{ json: { clusters: [{ status: "ACTIVE" }], failures: [] } }, true],
    [{ json: { clusters: [{ status: "INACTIVE" }], failures: [] } }, false],
    [{ json: { clusters: [], failures: [{ reason: "MISSING" }] } }, false],
    [wireError("AccessDeniedException", "no"), false],
  ])("is healthy only with an active cluster: %o", async (answer, healthy) => {
    const { service } = await against(() => answer);
    expect((await service.checkHealth()).healthy).toBe(healthy);
  });
});
