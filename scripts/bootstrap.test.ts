import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const BOOTSTRAP = resolve(import.meta.dirname, "bootstrap.mjs");

/** Stands for npm: records each call and what reached it of the caller's npm, then "installs" an empty folder. */
const FAKE_NPM = `
  const { appendFileSync, existsSync, mkdirSync } = require("node:fs");
  appendFileSync("npm-calls.jsonl", JSON.stringify({ args: process.argv.slice(2), env: process.env }) + "\\n");
  if (existsSync("npm-fails")) process.exit(1);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  mkdirSync("node_modules", { recursive: true });
`;

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "milo-bootstrap-"));
  mkdirSync(join(root, "scripts"));
  copyFileSync(BOOTSTRAP, join(root, "scripts/bootstrap.mjs"));
  writeFileSync(join(root, "package-lock.json"), "{}");
  writeFileSync(join(root, "npm.cjs"), FAKE_NPM);
  writeFileSync(join(root, "say.mjs"), "console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 3;");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const env = {
    ...process.env,
    npm_execpath: join(root, "npm.cjs"),
    npm_lifecycle_event: "demo",
    npm_config_omit: "dev",
    npm_config_cache: "/the/cache",
    NODE_ENV: "production",
  };
  return spawn(process.execPath, [join(root, "scripts/bootstrap.mjs"), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function run(...args: string[]) {
  const child = start(...args);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += chunk));
  child.stderr.on("data", (chunk) => (output.stderr += chunk));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...output };
}

function npmCalls(): { args: string[]; env: Record<string, string> }[] {
  const file = join(root, "npm-calls.jsonl");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the bootstrap", () => {
  it("installs first, then runs the file with its arguments and ends with its exit code", async () => {
    const { code, stdout } = await run("say.mjs", "--one", "two words");
    expect(npmCalls().map(({ args }) => args[0])).toEqual(["ci"]);
    expect(stdout).toBe('["--one","two words"]\n');
    expect(code).toBe(3);
  });

  it("installs once, and again only when the lock file changes", async () => {
    await run("say.mjs");
    await run("say.mjs");
    expect(npmCalls()).toHaveLength(1);
    writeFileSync(join(root, "package-lock.json"), '{"changed":true}');
    await run("say.mjs");
    expect(npmCalls()).toHaveLength(2);
  });

  it("installs once when two commands start together", async () => {
    const results = await Promise.all([run("say.mjs"), run("say.mjs")]);
    expect(results.map(({ code }) => code)).toEqual([3, 3]);
    expect(npmCalls()).toHaveLength(1);
  });

  it("takes over the lock of a command that was killed while installing", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    mkdirSync(join(root, ".data/install.lock"), { recursive: true });
    writeFileSync(join(root, ".data/install.lock/pid"), String(dead.pid));
    expect((await run("say.mjs")).code).toBe(3);
  });

  it("runs nothing after a failed installation, and tries again the next time", async () => {
    writeFileSync(join(root, "npm-fails"), "");
    const failed = await run("say.mjs");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toBe("");
    expect(failed.stderr).toContain("Installing the dependencies failed");
    rmSync(join(root, "npm-fails"));
    expect((await run("say.mjs")).code).toBe(3);
  });

  it("keeps the caller's npm out of the installation, its access settings aside", async () => {
    await run("say.mjs");
    const [call] = npmCalls();
    expect(call?.env).not.toHaveProperty("npm_lifecycle_event");
    expect(call?.env).not.toHaveProperty("npm_config_omit");
    expect(call?.env.npm_config_cache).toBe("/the/cache");
    expect(call?.args).toContain("--include=dev");
  });

  it("prefers the Node of the lock file and puts it first on PATH", async () => {
    const folder = join(root, `node_modules/node-${process.platform}-${process.arch}/bin`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "node"), `#!/bin/sh\necho "$PATH" | cut -d: -f1\necho "ran $1"\n`);
    chmodSync(join(folder, "node"), 0o755);
    const { stdout } = await run("say.mjs");
    expect(stdout).toBe(`${folder}\nran ${join(root, "say.mjs")}\n`);
    expect(existsSync(join(root, "node_modules/.bin/node"))).toBe(true);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "hands %s to the command, once, and waits for its end",
    async (name) => {
      writeFileSync(
        join(root, "listen.mjs"),
        `let count = 0;
       process.on("${name}", () => { count++; setTimeout(() => { console.log("got " + count); process.exit(7); }, 200); });
       setInterval(() => undefined, 1_000);
       console.log("ready");`,
      );
      const child = start("listen.mjs");
      const lines = createInterface({ input: child.stdout });
      await once(lines, "line");
      child.kill(name);
      if (name === "SIGINT") child.kill(name); // npm and the terminal each deliver one.
      const [line] = await once(lines, "line");
      const [code] = await once(child, "exit");
      expect([line, code]).toEqual(["got 1", 7]);
    },
  );
});
