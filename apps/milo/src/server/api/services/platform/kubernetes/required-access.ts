/** A verb that the adapter uses in the bots' namespace. */
export type RequiredAccess = { verb: string; group: string; resource: string };

const of = (group: string, resource: string, verbs: readonly string[]): RequiredAccess[] =>
  verbs.map((verb) => ({ verb, group, resource }));

/** What the Role in deploy/kubernetes/bot-role.yaml grants: a test compares the two. */
export const REQUIRED_ACCESS: readonly RequiredAccess[] = [
  ...of("batch", "jobs", ["create", "get", "list", "patch", "delete"]),
  ...of("", "secrets", ["create", "patch"]),
  ...of("", "pods", ["list"]),
  ...of("", "events", ["list"]),
];
