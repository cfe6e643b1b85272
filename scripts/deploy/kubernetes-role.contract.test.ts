import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { MILO } from "../start/paths.ts";
import { type KubernetesCalls, recordKubernetesCalls } from "./testing/kubernetes-calls.ts";
import { findManifest } from "./testing/manifests.ts";
import { formatRight, rightOfRequest, rightsOfRole } from "./testing/rbac.ts";

const ADAPTER = join(MILO, "src/server/api/services/platform/kubernetes");

describe("the dispatcher's Role", () => {
  let calls: KubernetesCalls;
  beforeAll(async () => {
    calls = await recordKubernetesCalls();
  }, 60_000);

  it("allows every call that a cluster was sent, and nothing more", () => {
    expect(rightsOfRole(findManifest("Role", "milo-dispatcher"))).toEqual(rightsUsed(calls.usual));
  });

  it("leaves only one right to add for bots whose Job was deleted without them", () => {
    const usual = rightsUsed(calls.usual);
    const added = rightsUsed(calls.orphaned).filter((right) => !usual.includes(right));
    expect(rightsOfRole(findManifest("Role", "milo-dispatcher-orphans"))).toEqual(added);
  });

  it("is needed in the bots' namespace alone, where milo is configured to run them", () => {
    const namespaces = [...calls.usual, ...calls.orphaned].flatMap((call) => rightOfRequest(call)?.namespace ?? []);
    expect([...new Set(namespaces)]).toEqual([calls.namespace]);
    const config = findManifest("ConfigMap", "milo");
    for (const name of ["milo-dispatcher", "milo-dispatcher-orphans"]) {
      expect(findManifest("Role", name).metadata.namespace).toBe(config.data.K8S_NAMESPACE);
      expect(findManifest("RoleBinding", name).metadata.namespace).toBe(config.data.K8S_NAMESPACE);
    }
  });

  it("was compared with every API method that the adapter's source names", () => {
    const used = rightsUsed([...calls.usual, ...calls.orphaned]);
    expect(readMethodsOfAdapter().filter((right) => !used.includes(right))).toEqual([]);
  });
});

function rightsUsed(requests: KubernetesCalls["usual"]): string[] {
  return [...new Set(requests.flatMap((request) => rightOfRequest(request)?.right ?? []))].sort();
}

/** `apis.batch.readNamespacedJob` → `get batch/jobs`, wherever the adapter says so. */
function readMethodsOfAdapter(): string[] {
  const sources = globSync("*.ts", { cwd: ADAPTER }).filter((file) => !file.includes(".test."));
  const text = sources.map((file) => readFileSync(join(ADAPTER, file), "utf8")).join("\n");
  const methods = [...text.matchAll(/\bapis\.(batch|core)\.([a-z]+)Namespaced([A-Za-z]+)/g)];
  expect(methods.length).toBeGreaterThan(5);
  const rights = methods.map(([, api, verb = "", kind = ""]) =>
    formatRight(
      verb === "read" ? "get" : verb,
      api === "core" ? "" : "batch",
      kind === "PodLog" ? "pods/log" : `${kind.toLowerCase()}s`,
    ),
  );
  return [...new Set(rights)];
}
