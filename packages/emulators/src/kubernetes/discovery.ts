/** What `GET /version` answers. */
export const VERSION = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.0+emulator",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2026-04-22T00:00:00Z",
  goVersion: "go1.26.0",
  compiler: "gc",
  platform: "linux/amd64",
};

const READ = ["get", "list", "watch"];
const CORE = [
  ["pods", "Pod", [...READ, "delete"]],
  ["events", "Event", READ],
  ["secrets", "Secret", [...READ, "create", "patch", "delete"]],
  ["resourcequotas", "ResourceQuota", READ],
] as const;

/** The discovery documents that generic clients such as kubectl ask for. */
export function discover(path: string): unknown {
  switch (path) {
    case "/api":
      return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
    case "/apis":
      return {
        kind: "APIGroupList",
        apiVersion: "v1",
        groups: ["batch", "authorization.k8s.io"].map((name) => {
          const version = { groupVersion: `${name}/v1`, version: "v1" };
          return { name, versions: [version], preferredVersion: version };
        }),
      };
    case "/api/v1": {
      const log = { name: "pods/log", singularName: "", namespaced: true, kind: "Pod", verbs: ["get"] };
      return resourceList("v1", [...CORE.map(([name, kind, verbs]) => resource(name, kind, verbs)), log]);
    }
    case "/apis/batch/v1":
      return resourceList("batch/v1", [resource("jobs", "Job", [...READ, "create", "patch", "delete"])]);
    default:
      return resourceList("authorization.k8s.io/v1", [
        { ...resource("selfsubjectaccessreviews", "SelfSubjectAccessReview", ["create"]), namespaced: false },
      ]);
  }
}

function resource(name: string, kind: string, verbs: readonly string[]) {
  return { name, singularName: kind.toLowerCase(), namespaced: true, kind, verbs };
}

function resourceList(groupVersion: string, resources: unknown[]) {
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}
