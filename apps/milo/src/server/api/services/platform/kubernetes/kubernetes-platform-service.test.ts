import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KubernetesPlatformService } from "./kubernetes-platform-service.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";
import { readRequest } from "./render-request.ts";
import { jobWith, kubeconfigFor, LAUNCH, podWith, secondsAgo, settingsFor } from "./testing/kubernetes-fixtures.ts";
import { refusal, ScriptedApiServer } from "./testing/scripted-api-server.ts";

const JOBS = "/apis/batch/v1/namespaces/bots/jobs";
const JOB = `${JOBS}/${LAUNCH.launchKey}`;
const PODS = "/api/v1/namespaces/bots/pods";
const SECRETS = "/api/v1/namespaces/bots/secrets";
const EVENTS = "/api/v1/namespaces/bots/events";
const SECRETS_OF_LAUNCH = { attemptToken: "a-token-of-the-attempt" };
const NOT_FOUND = refusal(404, "NotFound", "not found");

const server = new ScriptedApiServer();
let url = "";
beforeAll(async () => {
  url = await server.listen();
});
afterAll(() => server.close());

function serviceWith(changes: Partial<KubernetesSettings> = {}): KubernetesPlatformService {
  return new KubernetesPlatformService(
    settingsFor({ access: { kind: "kubeconfig-text", text: kubeconfigFor(url) }, ...changes }),
  );
}
const REQUEST = () => serviceWith().render(LAUNCH);
const REF = () => ({ launchKey: LAUNCH.launchKey, identifier: `bots/${LAUNCH.launchKey}/uid-1`, request: REQUEST() });
const options = (resend: boolean) => ({ resend, signal: new AbortController().signal });
const listOf = (items: object[], next?: string) => ({ status: 200, body: { items, metadata: { continue: next } } });
/** The Job of the launch as the server would have stored it. */
const stored = (changes: object = {}) => {
  const { job } = readRequest(REQUEST());
  return { ...job, metadata: { ...job.metadata, uid: "uid-1", resourceVersion: "7", ...changes } };
};

describe("creating", () => {
  it("refuses unknown fields, makes the Job before its Secret, and keeps the token out of the Job", async () => {
    server.play(({ line }) => ({ status: 201, body: line.endsWith("/jobs") ? stored() : {} }));
    expect(await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(false))).toEqual({
      kind: "created",
      identifier: `bots/${LAUNCH.launchKey}/uid-1`,
      adopted: false,
    });
    expect(server.lines()).toEqual([`POST ${JOBS}`, `POST ${SECRETS}`]);
    expect(server.requests[0]?.query.get("fieldValidation")).toBe("Strict");
    const token = Buffer.from(SECRETS_OF_LAUNCH.attemptToken).toString("base64");
    expect(JSON.stringify(server.requests[0]?.body)).not.toMatch(/a-token-of-the-attempt/);
    expect(server.requests[1]?.body).toMatchObject({
      metadata: { name: LAUNCH.launchKey, ownerReferences: [{ kind: "Job", uid: "uid-1" }] },
      data: { MILO_ATTEMPT_TOKEN: token },
    });
  });

  it("takes over a Secret of this attempt without reading it, and only if its labels hold", async () => {
    server.play(({ line }) => {
      if (line === `POST ${JOBS}`) return { status: 201, body: stored() };
      if (line === `POST ${SECRETS}`) return refusal(409, "AlreadyExists", "secrets exists");
      return { status: 200, body: {} };
    });
    expect(await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(true))).toMatchObject({ kind: "created" });
    expect(server.lines().at(-1)).toBe(`PATCH ${SECRETS}/${LAUNCH.launchKey}`);
    expect(server.requests.at(-1)?.headers["content-type"]).toBe("application/json-patch+json");
    expect(server.requests.at(-1)?.body).toContainEqual({
      op: "test",
      path: "/metadata/labels/milo.dev~1launch-key",
      value: LAUNCH.launchKey,
    });
  });

  it("removes the Job again when its Secret is refused, and answers why", async () => {
    server.play(({ line }) => {
      if (line === `POST ${JOBS}`) return { status: 201, body: stored() };
      if (line === `GET ${JOB}`) return { status: 200, body: stored() };
      if (line === `GET ${PODS}`) return listOf([]);
      if (line === `POST ${SECRETS}`) return refusal(403, "Forbidden", "exceeded quota: q, requested: secrets=1");
      return { status: 200, body: {} };
    });
    const made = await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(false));
    expect(made).toMatchObject({ kind: "failed", class: "capacity" });
    expect(server.lines().at(-1)).toBe(`DELETE ${JOB}`);
  });

  it("finds the Job of an earlier send though the quota that it fills refuses the second", async () => {
    server.play(({ line }) => {
      if (line === `POST ${JOBS}`) return refusal(403, "Forbidden", "exceeded quota: q, requested: count/jobs.batch=1");
      if (line === `GET ${JOB}`) return { status: 200, body: stored() };
      return { status: 201, body: {} };
    });
    const again = await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(true));
    expect(again).toMatchObject({ kind: "created", adopted: true });
    const first = await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(false));
    expect(first).toMatchObject({ kind: "failed", class: "capacity" });
  });

  it("does not call a second send failed when it cannot look for the first", async () => {
    server.play(({ line }) => (line === `POST ${JOBS}` ? refusal(401, "Unauthorized", "x") : { status: 503 }));
    const again = await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(true));
    expect(again.kind).toBe("unknown");
  });

  const HOLDERS: [string, object, string][] = [
    ["one of another installation", { labels: { "milo.dev/installation": "zzzzzz" } }, "config"],
    ["one of ours with another spec", { annotations: { "milo.dev/spec-hash": "other" } }, "config"],
    ["one of ours that is being deleted", { deletionTimestamp: secondsAgo(1) }, "transient"],
  ];
  for (const [what, metadata, failureClass] of HOLDERS) {
    it(`does not adopt a Job of its name when it is ${what}`, async () => {
      server.play(({ line }) =>
        line.startsWith("POST") ? refusal(409, "AlreadyExists", "exists") : { status: 200, body: stored(metadata) },
      );
      const made = await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(false));
      expect(made).toMatchObject({ kind: "failed", class: failureClass });
      expect(server.lines()).toEqual([`POST ${JOBS}`, `GET ${JOB}`]);
    });
  }
});

describe("starting", () => {
  it("lets the server compare the uid before it resumes the Job", async () => {
    server.play(() => ({ status: 200, body: stored() }));
    expect(await serviceWith().start(REF(), SECRETS_OF_LAUNCH, options(false))).toEqual({ kind: "started" });
    expect(server.requests[0]?.body).toEqual([
      { op: "test", path: "/metadata/uid", value: "uid-1" },
      { op: "add", path: "/spec/suspend", value: false },
    ]);
  });

  it("fails for good when the Job is gone or another bears its name", async () => {
    server.play(() => NOT_FOUND);
    expect(await serviceWith().start(REF(), SECRETS_OF_LAUNCH, options(false))).toMatchObject({ kind: "failed" });
    server.play(() => refusal(422, "Invalid", "testing path /metadata/uid failed"));
    expect(await serviceWith().start(REF(), SECRETS_OF_LAUNCH, options(false))).toMatchObject({
      kind: "failed",
      class: "config",
    });
  });
});

describe("stopping", () => {
  it("deletes a Job that never ran only in the version it saw, and says what becomes of its pods", async () => {
    server.play(({ line }) => {
      if (line === `GET ${PODS}`) return listOf([]);
      return { status: 200, body: line === `GET ${JOB}` ? stored() : {} };
    });
    expect(await serviceWith().stop(REF())).toEqual({ kind: "gone" });
    expect(server.requests.at(-1)?.body).toEqual({
      propagationPolicy: "Background",
      preconditions: { uid: "uid-1", resourceVersion: "7" },
    });
  });

  it("does not say gone when the Job was started between the look and the delete", async () => {
    server.play(({ line }) => {
      if (line === `GET ${PODS}`) return listOf([]);
      if (line === `GET ${JOB}`) return { status: 200, body: stored() };
      return refusal(409, "Conflict", "the ResourceVersion in the precondition does not match");
    });
    expect(await serviceWith().stop(REF())).toEqual({ kind: "stopping" });
  });

  it("ends a running Job in place, with the pod's own grace period, and asks again until it is heard", async () => {
    let job = jobWith();
    const pods = [podWith({ phase: "Running" }, { ownerReferences: [{ kind: "Job", uid: "uid-1" }] })];
    server.play(({ line }) => {
      if (line === `GET ${PODS}`) return listOf(pods);
      return { status: 200, body: job };
    });
    expect(await serviceWith().stop(REF())).toEqual({ kind: "stopping" });
    expect(server.requests.at(-1)).toMatchObject({
      line: `PATCH ${JOB}`,
      body: [
        { op: "test", value: "uid-1" },
        { path: "/spec/activeDeadlineSeconds", value: 1 },
      ],
    });
    job = jobWith({ spec: { activeDeadlineSeconds: 1 } });
    expect(await serviceWith().stop(REF())).toEqual({ kind: "stopping" });
    expect(server.requests.at(-1)?.body).toMatchObject([{}, { path: "/spec/activeDeadlineSeconds", value: 2 }]);
    job = jobWith({ status: { active: 1, conditions: [{ type: "FailureTarget", status: "True" }] } });
    server.play(({ line }) => (line === `GET ${PODS}` ? listOf(pods) : { status: 200, body: job }));
    expect(await serviceWith().stop(REF())).toEqual({ kind: "stopping" });
    expect(server.lines()).not.toContain(`PATCH ${JOB}`);
  });

  it("ends pods whose Job was deleted without them", async () => {
    const labels = {
      "milo.dev/installation": "abc234",
      "batch.kubernetes.io/controller-uid": "uid-1",
      "batch.kubernetes.io/job-name": LAUNCH.launchKey,
    };
    const pods = [podWith({ phase: "Running" }, { labels })];
    server.play(({ line }) => {
      if (line === `GET ${PODS}`) return listOf(pods);
      return line === `GET ${JOB}` ? NOT_FOUND : { status: 200, body: {} };
    });
    expect(await serviceWith().stop(REF())).toEqual({ kind: "stopping" });
    expect(server.requests.at(-1)).toMatchObject({
      line: `DELETE ${PODS}/p`,
      body: { preconditions: { uid: "pod-1" } },
    });
    expect(JSON.stringify(server.requests.at(-1)?.body)).not.toMatch(/gracePeriodSeconds/);
  });

  it("leaves a Job of the same name and another uid alone", async () => {
    server.play(({ line }) => (line === `GET ${PODS}` ? listOf([]) : { status: 200, body: stored({ uid: "uid-2" }) }));
    expect(await serviceWith().stop(REF())).toEqual({ kind: "absent" });
    expect(server.lines()).toEqual([`GET ${JOB}`, `GET ${PODS}`]);
  });
});

describe("reading", () => {
  it("follows every page, and answers no list at all when one is lost [twenty#23014]", async () => {
    server.play(({ line, query }) => {
      if (line === `GET ${PODS}`) return listOf([]);
      return query.get("continue") === "2" ? listOf([stored({ name: "b", uid: "b" })]) : listOf([stored()], "2");
    });
    const listed = await serviceWith().list();
    expect(listed.kind === "listed" && listed.workloads.length).toBe(2);
    expect(server.requests[0]?.query.get("labelSelector")).toBe("milo.dev/installation=abc234");
    server.play(({ query }) => (query.get("continue") === "2" ? { status: 500 } : listOf([stored()], "2")));
    expect(await serviceWith().list()).toMatchObject({ kind: "failed" });
  });

  it("reads events only for Jobs that lack their pod", async () => {
    const job = jobWith({ status: { startTime: secondsAgo(30) } });
    const events = [{ reason: "FailedCreate", involvedObject: { uid: "uid-1" }, message: "exceeded quota: pods" }];
    server.play(({ line }) =>
      line === `GET ${JOBS}` ? listOf([job]) : listOf(line === `GET ${EVENTS}` ? events : []),
    );
    expect(await serviceWith().list()).toMatchObject({ workloads: [{ startFailure: { class: "capacity" } }] });
    server.play(({ line }) => (line === `GET ${JOBS}` ? listOf([jobWith()]) : listOf([])));
    await serviceWith().list();
    expect(server.lines()).not.toContain(`GET ${EVENTS}`);
  });
});

describe("the connection", () => {
  it("is kept for the next call", async () => {
    const service = serviceWith();
    server.play(() => listOf([]));
    const before = server.connections;
    for (let call = 0; call < 5; call += 1) await service.list();
    // Ten requests; the second may leave before the first one's connection is free again.
    expect(server.connections - before).toBeLessThanOrEqual(2);
  });

  it("is given up in time when nothing is answered, and when its caller gives up", async () => {
    server.play(() => "hang");
    const impatient = serviceWith({ timeoutsMs: { write: 50, read: 50, list: 50 } });
    expect(await impatient.create(REQUEST(), SECRETS_OF_LAUNCH, options(false))).toMatchObject({ kind: "unknown" });
    expect(await impatient.find(REF())).toMatchObject({ kind: "unknown" });
    expect(await impatient.checkHealth()).toMatchObject({ healthy: false });
    const signal = AbortSignal.timeout(50);
    expect(await serviceWith().start(REF(), SECRETS_OF_LAUNCH, { signal })).toMatchObject({ kind: "unknown" });
  });

  it("leaves the outcome open when it is cut after the send", async () => {
    server.play(() => "cut");
    expect(await serviceWith().create(REQUEST(), SECRETS_OF_LAUNCH, options(false))).toMatchObject({ kind: "unknown" });
  });

  it("reads a kubeconfig file again when its token is refused", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
    const path = join(folder, "config");
    await writeFile(path, kubeconfigFor(url));
    const service = serviceWith({ access: { kind: "kubeconfig-file", path } });
    await writeFile(path, kubeconfigFor(url).replace("a-token", "a-new-token"));
    server.play(({ headers }) => (headers.authorization === "Bearer a-new-token" ? listOf([]) : { status: 401 }));
    expect(await service.list()).toEqual({ kind: "listed", workloads: [] });
    await rm(folder, { recursive: true });
  });
});

describe("health", () => {
  it("needs a server that is ready and lists our Jobs", async () => {
    const health = (readyz: number, list: number) => {
      server.play(({ line }) => (line === "GET /readyz" ? { status: readyz } : { ...listOf([]), status: list }));
      return serviceWith().checkHealth();
    };
    expect(await health(200, 200)).toMatchObject({ healthy: true });
    expect(await health(403, 200)).toMatchObject({ healthy: true });
    expect(await health(500, 200)).toMatchObject({ healthy: false, reason: expect.stringContaining("not ready") });
    expect(await health(200, 403)).toMatchObject({ healthy: false });
  });
});
