import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sentinelImage } from "../runtime/sentinels.ts";
import {
  call,
  JOBS,
  jobBody,
  PODS,
  SECRETS,
  startEmulator,
  untilEvent,
  untilRunning,
} from "./kubernetes-emulator.testkit.ts";
import type { KubernetesEmulator } from "./kubernetes-emulator.ts";

const CONTRACT = new URL("../../../../../shared/contracts/kubernetes-openapi-v2.json", import.meta.url);
const isPresent = existsSync(CONTRACT);
if (!isPresent) process.stdout.write("skipped: the Kubernetes API description is not beside the repository\n");

type Definition = { properties?: object; additionalProperties?: unknown; type?: string | string[] };

/** Checks against the API's own description, made stricter: a field it does not know is an error. */
function makeChecker() {
  const { definitions } = JSON.parse(readFileSync(CONTRACT, "utf8")) as { definitions: Record<string, Definition> };
  for (const definition of Object.values(definitions)) {
    if (definition.properties !== undefined) definition.additionalProperties = false;
  }
  // Go's zero time is sent as null (lastProbeTime, eventTime), whatever the description says.
  for (const time of ["Time", "MicroTime"]) {
    const definition = definitions[`io.k8s.apimachinery.pkg.apis.meta.v1.${time}`];
    if (definition !== undefined) definition.type = ["string", "null"];
  }
  const ajv = new Ajv({ strict: false, validateFormats: true, logger: false, allErrors: true });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  ajv.addFormat("int-or-string", true);
  ajv.addSchema({ $id: "api", definitions });
  return (name: string, value: unknown): string[] => {
    const validate = ajv.getSchema(`api#/definitions/${name}`);
    if (validate === undefined) throw new Error(`the description has no ${name}`);
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath} ${message} ${JSON.stringify(params)}`;
    });
  };
}

describe.skipIf(!isPresent)("answers against the API's own description", () => {
  let emulator: KubernetesEmulator;
  let check: ReturnType<typeof makeChecker>;
  beforeAll(async () => {
    check = makeChecker();
    emulator = await startEmulator({ quotaJobs: 9, disruptAfterMs: 10 });
    const secret = await call(emulator, "POST", SECRETS, { metadata: { name: "s" }, stringData: { WORD: "hi" } });
    expect(check("io.k8s.api.core.v1.Secret", secret.body)).toEqual([]);
    await call(emulator, "POST", JOBS, jobBody("runs", { container: { envFrom: [{ secretRef: { name: "s" } }] } }));
    await call(emulator, "POST", JOBS, jobBody("done", { image: "done" }));
    await call(
      emulator,
      "POST",
      JOBS,
      jobBody("waits", { image: sentinelImage<"kubernetes">("done", "unschedulable") }),
    );
    await call(emulator, "POST", JOBS, jobBody("missing", { image: "missing" }));
    await Promise.all([
      untilRunning(emulator, "runs"),
      untilEvent(emulator, "done", "Completed"),
      untilEvent(emulator, "missing", "BackOff"),
    ]);
  });
  afterAll(() => emulator.close());

  const get = async (path: string, token = emulator.token) =>
    (await call(emulator, "GET", path, undefined, { token })).body;

  it.each([
    ["io.k8s.api.batch.v1.JobList", JOBS],
    ["io.k8s.api.core.v1.PodList", PODS],
    ["io.k8s.api.core.v1.EventList", "/api/v1/namespaces/bots/events"],
    ["io.k8s.api.core.v1.ResourceQuotaList", "/api/v1/namespaces/bots/resourcequotas"],
  ])("lists %s", async (name, path) => {
    const list = await get(path);
    expect(list.items.length).toBeGreaterThan(0);
    expect(check(name, list)).toEqual([]);
  });

  it("reads one Job, one pod and the version", async () => {
    expect(check("io.k8s.api.batch.v1.Job", await get(`${JOBS}/runs`))).toEqual([]);
    const { items } = await get(PODS);
    expect(check("io.k8s.api.core.v1.Pod", await get(`${PODS}/${items[0].metadata.name}`))).toEqual([]);
    expect(check("io.k8s.apimachinery.pkg.version.Info", await get("/version"))).toEqual([]);
  });

  it("answers every kind of refusal and deletion with a Status", async () => {
    const status = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";
    const answers = [
      await get(`${JOBS}/none`),
      await get(`${SECRETS}/s`),
      await get(JOBS, "wrong"),
      (await call(emulator, "POST", JOBS, jobBody("runs"))).body,
      (await call(emulator, "POST", JOBS, jobBody("Bad Name"))).body,
      (await call(emulator, "DELETE", `${JOBS}/missing`, { propagationPolicy: "Background" })).body,
    ];
    expect(answers.map(({ code = 200 }) => code)).toEqual([404, 403, 401, 409, 422, 200]);
    for (const answer of answers) expect(check(status, answer)).toEqual([]);
  });

  it("reviews access and describes itself", async () => {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const resourceAttributes = { verb: "create", resource: "jobs", group: "batch", namespace: "bots" };
    const { body } = await call(emulator, "POST", path, { spec: { resourceAttributes } });
    expect(check("io.k8s.api.authorization.v1.SelfSubjectAccessReview", body)).toEqual([]);
    const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";
    expect(check(`${meta}.APIVersions`, await get("/api"))).toEqual([]);
    expect(check(`${meta}.APIGroupList`, await get("/apis"))).toEqual([]);
    expect(check(`${meta}.APIResourceList`, await get("/api/v1"))).toEqual([]);
  });
});
