import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../start/paths.ts";
import { readAwsFile } from "./testing/aws-files.ts";
import type { Policy } from "./testing/iam.ts";
import { findManifest } from "./testing/manifests.ts";
import { rightsOfRole } from "./testing/rbac.ts";

const text = readFileSync(join(ROOT, "docs/deploying.md"), "utf8");

describe("docs/deploying.md", () => {
  it("names only files that are there, and every file an operator applies or fills in", () => {
    const named = [...text.matchAll(/deploy\/[\w./-]+\.(?:yaml|json|mjs)/g)].map(([path]) => path);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const applied = globSync(["deploy/kubernetes/optional/*.yaml", "deploy/aws/*.json"], { cwd: ROOT });
    expect(applied.filter((path) => !text.includes(path.split("/").at(-1) ?? path))).toEqual([]);
  });

  it("sets only variables that milo or its platforms' tools read", () => {
    const known = readFileSync(join(ROOT, "docs/configuration.md"), "utf8");
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? "");
    const set = blocks.flatMap((block) =>
      [...block.matchAll(/^((?:MILO|K8S|AWS|COOLIFY|PLATFORM)_[A-Z_]+)=/gm)].map(([, name]) => name ?? ""),
    );
    expect(set.length).toBeGreaterThan(15);
    expect(set.filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });

  it("says which rights the dispatcher gets", () => {
    const verbs = rightsOfRole(findManifest("Role", "milo-dispatcher")).map((right) => right.split(" ")[0]);
    const section = text.slice(text.indexOf("## Bots on Kubernetes"), text.indexOf("## Bots on AWS ECS"));
    expect(verbs.filter((verb) => !section.includes(verb ?? ""))).toEqual([]);
    const { Statement } = readAwsFile<Policy>("dispatcher-policy.json");
    const operations = Statement.flatMap(({ Action }) => Action).filter((action) => action.startsWith("ecs:"));
    const told = operations.filter((action) => action !== "ecs:TagResource").map((action) => action.slice(4));
    expect(told.filter((operation) => !text.includes(operation))).toEqual([]);
  });
});
