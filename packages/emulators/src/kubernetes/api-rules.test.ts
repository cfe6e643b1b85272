import { ApiException } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  call,
  connectClient,
  JOBS,
  jobBody,
  PODS,
  SECRETS,
  startEmulator,
  until,
} from "./kubernetes-emulator.testkit.ts";
import type { KubernetesEmulator } from "./kubernetes-emulator.ts";

describe("the rules of the API", () => {
  let emulator: KubernetesEmulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  const suspended = { spec: { suspend: true } };
  const create = (name: string, overrides: Parameters<typeof jobBody>[1] = suspended, query = "") =>
    call(emulator, "POST", JOBS + query, jobBody(name, overrides));
  const patch = (path: string, body: unknown, type: string) =>
    call(emulator, "PATCH", path, body, { type: `application/${type}+json` });
  const reasonOf = (answer: Awaited<ReturnType<typeof call>>) => [answer.status, answer.body?.reason];

  it("turns away a missing, wrong or expired token with 401 and answers health to anyone", async () => {
    for (const token of ["", "wrong"]) {
      expect(reasonOf(await call(emulator, "GET", JOBS, undefined, { token }))).toEqual([401, "Unauthorized"]);
    }
    expect((await call(emulator, "GET", "/readyz", undefined, { token: "" })).text).toBe("ok");
    emulator.settings.set({ tokenValid: false });
    const error = await connectClient(emulator)
      .batch.listNamespacedJob({ namespace: "bots" })
      .catch((e) => e);
    expect(error).toBeInstanceOf(ApiException);
    expect([error.code, error.body]).toEqual([401, undefined]);
  });

  it("allows exactly the role's verbs, and access reviews say the same", async () => {
    await call(emulator, "POST", SECRETS, { metadata: { name: "s" } });
    const review = async (verb: string, resource: string, group = "") => {
      const resourceAttributes = { verb, resource, group, namespace: "bots" };
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      return (await call(emulator, "POST", path, { spec: { resourceAttributes } })).body.status.allowed;
    };
    expect(reasonOf(await call(emulator, "GET", `${SECRETS}/s`))).toEqual([403, "Forbidden"]);
    expect(reasonOf(await call(emulator, "DELETE", `${PODS}/x`))).toEqual([403, "Forbidden"]);
    expect(reasonOf(await call(emulator, "GET", "/apis/batch/v1/jobs"))).toEqual([403, "Forbidden"]);
    expect(reasonOf(await call(emulator, "GET", "/apis/batch/v1/namespaces/other/jobs"))).toEqual([403, "Forbidden"]);
    expect([await review("get", "secrets"), await review("create", "secrets")]).toEqual([false, true]);
    expect([await review("create", "jobs"), await review("create", "jobs", "batch")]).toEqual([false, true]);
    emulator.settings.set({ denied: "create jobs" });
    const refused = await create("a");
    expect(refused.body.message).toMatch(/^jobs.batch is forbidden: User ".*" cannot create resource "jobs"/);
    expect(await review("create", "jobs", "batch")).toBe(false);
  });

  it("refuses one Job too many by its count quota, finished Jobs included", async () => {
    emulator.settings.set({ quotaJobs: 1 });
    await create("a");
    const refused = await create("b");
    expect(reasonOf(refused)).toEqual([403, "Forbidden"]);
    expect(refused.body.message).toBe(
      'jobs.batch "b" is forbidden: exceeded quota: compute-quota, requested: count/jobs.batch=1, ' +
        "used: count/jobs.batch=1, limited: count/jobs.batch=1",
    );
    const quotas = await call(emulator, "GET", "/api/v1/namespaces/bots/resourcequotas");
    expect(quotas.body.items[0].status).toEqual({
      hard: { "count/jobs.batch": "1" },
      used: { "count/jobs.batch": "1" },
    });
  });

  it("lets a full quota speak before the name, so that a repeated create does not learn of its first success", async () => {
    emulator.settings.set({ quotaJobs: 1 });
    await create("a");
    expect(reasonOf(await create("a"))).toEqual([403, "Forbidden"]);
    emulator.settings.set({ quotaJobs: 2 });
    expect(reasonOf(await create("a"))).toEqual([409, "AlreadyExists"]);
  });

  it("refuses bad Jobs with 422 and says which field", async () => {
    const fieldsOf = async (name: string, overrides: Parameters<typeof jobBody>[1]) => {
      const answer = await create(name, overrides);
      expect(reasonOf(answer)).toEqual([422, "Invalid"]);
      return answer.body.details.causes.map(({ field }: { field: string }) => field);
    };
    expect(await fieldsOf("a".repeat(64), {})).toContain("spec.template.labels");
    expect(await fieldsOf("Upper", {})).toContain("metadata.name");
    expect(await fieldsOf("a", { podSpec: { restartPolicy: "Always" } })).toEqual(["spec.template.spec.restartPolicy"]);
    expect(await fieldsOf("a", { image: "" })).toEqual(["spec.template.spec.containers[0].image"]);
    expect(await fieldsOf("a", { container: { volumeMounts: [{ name: "v", mountPath: "/v" }] } })).toEqual([
      "spec.template.spec.containers[0].volumeMounts[0].name",
    ]);
    expect(await fieldsOf("a", { spec: { backoffLimit: -1 } })).toEqual(["spec.backoffLimit"]);
    expect((await create("a".repeat(63))).status).toBe(201);
  });

  it("cannot decode wrong types, drops unknown fields with a warning and refuses them when strict", async () => {
    expect(reasonOf(await create("a", { spec: { backoffLimit: "0" } }))).toEqual([400, "BadRequest"]);
    expect(reasonOf(await call(emulator, "POST", JOBS, "{"))).toEqual([400, "BadRequest"]);
    const typo = { spec: { suspend: true, backofLimit: 0 } };
    const strict = await create("a", typo, "?fieldValidation=Strict");
    expect(strict.body.message).toContain('strict decoding error: unknown field "spec.backofLimit"');
    const lenient = await create("a", typo);
    expect(lenient.headers.get("warning")).toBe('299 - "unknown field \\"spec.backofLimit\\""');
    expect(lenient.body.spec).not.toHaveProperty("backofLimit");
  });

  it("stores nothing on a dry run but checks everything", async () => {
    emulator.settings.set({ quotaJobs: 1 });
    expect((await create("a", suspended, "?dryRun=All")).status).toBe(201);
    expect(emulator.store.list("jobs")).toEqual([]);
    await create("b");
    expect((await create("a", suspended, "?dryRun=All")).status).toBe(403);
  });

  it("accepts nothing new in a namespace that is terminating or does not exist", async () => {
    emulator.settings.set({ namespaceTerminating: true });
    const refused = await create("a");
    expect(refused.body.details.causes[0].reason).toBe("NamespaceTerminating");
    const token = emulator.adminToken;
    const elsewhere = await call(emulator, "POST", "/apis/batch/v1/namespaces/x/jobs", jobBody("a"), { token });
    expect(elsewhere.body.message).toBe('namespaces "x" not found');
  });

  it("patches with all three content types and guards what cannot change", async () => {
    const { body: job } = await create("a");
    const path = `${JOBS}/a`;
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "c", uid: "1" };
    await patch(path, { metadata: { ownerReferences: [owner] } }, "strategic-merge-patch");
    const other = { ...owner, uid: "2" };
    const strategic = await patch(path, { metadata: { ownerReferences: [other] } }, "strategic-merge-patch");
    expect(strategic.body.metadata.ownerReferences).toEqual([owner, other]);
    const merged = await patch(path, { metadata: { ownerReferences: [other], labels: { app: null } } }, "merge-patch");
    expect(merged.body.metadata.ownerReferences).toEqual([other]);
    expect(merged.body.metadata.labels).toEqual({ name: "a" });

    expect(reasonOf(await patch(path, { metadata: { uid: "x" } }, "merge-patch"))).toEqual([422, "Invalid"]);
    expect(reasonOf(await patch(path, { spec: { completions: 2 } }, "merge-patch"))).toEqual([422, "Invalid"]);
    const { resourceVersion } = job.metadata;
    expect(reasonOf(await patch(path, { metadata: { resourceVersion } }, "merge-patch"))).toEqual([409, "Conflict"]);
    const test = [{ op: "test", path: "/metadata/resourceVersion", value: resourceVersion }];
    expect(reasonOf(await patch(path, test, "json-patch"))).toEqual([422, "Invalid"]);
    expect((await call(emulator, "PATCH", path, {})).status).toBe(415);
    expect(reasonOf(await patch(`${JOBS}/b`, {}, "merge-patch"))).toEqual([404, "NotFound"]);
  });

  it("collects a Secret whose owner has never existed", async () => {
    const ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name: "a", uid: "gone" }];
    await call(emulator, "POST", SECRETS, { metadata: { name: "s", ownerReferences } });
    await until(emulator, () => emulator.store.list("secrets").length === 0);
    const noBase64 = await call(emulator, "POST", SECRETS, { metadata: { name: "s" }, data: { k: "?" } });
    expect(reasonOf(noBase64)).toEqual([400, "BadRequest"]);
  });

  it("works first and loses the answer when told so, so that only a second look shows the Job", async () => {
    emulator.faults.add({ match: { operation: "create-job", name: "a*" }, fault: "reset-after", times: 1 });
    await expect(create("a")).rejects.toThrow("fetch failed");
    expect(reasonOf(await create("a"))).toEqual([409, "AlreadyExists"]);
    emulator.faults.add({ match: { operation: "create-job" }, fault: "reset-before", times: 1 });
    await expect(create("b")).rejects.toThrow("fetch failed");
    expect((await call(emulator, "GET", `${JOBS}/b`)).status).toBe(404);
  });

  it("shows a server in trouble to the real client", async () => {
    emulator.addCannedFault("throttled", { operation: "create-job" }, 1);
    emulator.addCannedFault("quota-conflict", { operation: "create-job" }, 1);
    const { batch } = connectClient(emulator);
    const send = () => batch.createNamespacedJob({ namespace: "bots", body: jobBody("a", suspended) });
    const throttled = await send().catch((error) => error);
    expect([throttled.code, throttled.headers["retry-after"]]).toEqual([429, "1"]);
    const conflict = await send().catch((error) => error);
    expect(JSON.parse(conflict.body)).toMatchObject({ reason: "Conflict", details: { kind: "resourcequotas" } });
    emulator.addCannedFault("etcd-leader-lost", { operation: "create-job" }, 1, true);
    expect((await send().catch((error) => error)).code).toBe(500);
    expect((await batch.readNamespacedJob({ namespace: "bots", name: "a" })).metadata?.name).toBe("a");
  });
});
