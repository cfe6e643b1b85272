import { describe, expect, it } from "vitest";
import { renderRequest } from "./render-request.ts";
import { buildSecret } from "./secret-manifest.ts";
import { LAUNCH, settingsFor } from "./testing/kubernetes-fixtures.ts";
import { openRequestCheck } from "./testing/openapi-check.ts";

const check = openRequestCheck();
if (check === null)
  process.stdout.write("Kubernetes' API description is not present: its schemas check nothing here.\n");

function post(path: string, body: unknown): string[] {
  const query = new URLSearchParams("fieldValidation=Strict");
  return check?.({ method: "POST", path, query, contentType: "application/json", body }) ?? [];
}

describe.skipIf(check === null)("Kubernetes' own API description", () => {
  const { namespace, job } = renderRequest(LAUNCH, settingsFor({ reportExits: true }));
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;

  it("takes the rendered Job, with no field that it does not know", () => {
    expect(post(jobs, job)).toEqual([]);
  });

  it("takes the attempt's Secret", () => {
    const secret = buildSecret(job, { namespace, name: LAUNCH.launchKey, uid: "uid-1" }, { attemptToken: "t" });
    expect(post(`/api/v1/namespaces/${namespace}/secrets`, secret)).toEqual([]);
  });

  it("is not a check that takes anything", () => {
    expect(post(jobs, { ...job, spec: { ...job.spec, sleepy: true } })).not.toEqual([]);
    expect(post(jobs, { ...job, spec: { ...job.spec, backoffLimit: "none" } })).not.toEqual([]);
    expect(post("/apis/batch/v1/namespaces/bots/naps", job)).not.toEqual([]);
  });
});
