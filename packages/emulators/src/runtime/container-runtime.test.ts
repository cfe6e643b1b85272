import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ContainerRuntime, createContainerRuntime, type RunResult } from "./container-runtime.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

const IMAGES = {
  "registry:5000/team/sleeper": ["node", "-e", "console.log('up'); setInterval(() => {}, 1000)"],
  environment: ["node", "-e", "console.log(Object.keys(process.env).sort().join())"],
  stubborn: ["node", "-e", "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"],
  family: ["sh", "-c", "sleep 60 & echo $!; wait"],
  seven: ["node", "-e", "console.log('bye'); process.exit(7)"],
  broken: ["/no/such/command"],
};

describe("container runtime", () => {
  let timeline: Timeline;
  let runtime: ContainerRuntime;

  beforeEach(() => {
    timeline = createTimeline({ platform: "test" });
    runtime = createContainerRuntime({ images: IMAGES, timeline });
  });
  afterEach(() => runtime.close());

  it("gives a container its own environment and PATH, nothing of the host's", async () => {
    const container = started(runtime.run({ image: "environment", env: { ONLY: "1" }, name: "w" }));
    await container.exited;
    expect(container.logs()).toEqual(["ONLY,PATH"]);
  });

  it("answers an image it does not know with a pull failure", () => {
    const result = runtime.run({ image: "other:1", env: {}, name: "w" });
    expect(result).toMatchObject({ ok: false, reason: "image_not_found" });
    expect(timeline.intervals()).toEqual([]);
  });

  it("answers a command that cannot be executed with a start failure", () => {
    expect(runtime.run({ image: "broken", env: {}, name: "w" })).toMatchObject({ ok: false, reason: "start_failed" });
  });

  it("reports exit codes with the last words already in the log", async () => {
    const container = started(runtime.run({ image: "seven@sha256:00", env: {}, name: "w" }));
    expect(await container.exited).toEqual({ code: 7, signal: null });
    expect(container.logs(1)).toEqual(["bye"]);
  });

  it("kills a container that ignores SIGTERM only after its grace", async () => {
    const container = started(runtime.run({ image: "stubborn", env: {}, name: "w" }));
    await firstLine(container);
    const before = Date.now();
    expect(await container.stop(150)).toEqual({ code: null, signal: "SIGKILL" });
    expect(Date.now() - before).toBeGreaterThanOrEqual(149);
    expect(timeline.entries().map(({ kind }) => kind)).toEqual(["started", "stop_requested", "killed", "exited"]);
  });

  it("ends a polite container with SIGTERM, long before its grace", async () => {
    const container = started(runtime.run({ image: "registry:5000/team/sleeper:1", env: {}, name: "w" }));
    await firstLine(container);
    expect(await container.stop(60_000)).toEqual({ code: null, signal: "SIGTERM" });
  });

  it("starts a second process of a running container, which dies with the first", async () => {
    expect(runtime.twin("w")).toBe(false);
    const container = started(runtime.run({ image: "registry:5000/team/sleeper:1", env: {}, name: "w" }));
    expect(runtime.twin("w")).toBe(true);
    const both = timeline.intervals().slice(-2);
    expect(both.map(({ workload, end }) => [workload, end])).toEqual([
      ["w", null],
      ["w", null],
    ]);
    container.kill("SIGKILL");
    await expect.poll(() => timeline.intervals().filter(({ end }) => end === null)).toEqual([]);
  });

  it("leaves no grandchild behind", async () => {
    const container = started(runtime.run({ image: "family", env: {}, name: "w" }));
    const grandchild = Number(await firstLine(container));
    container.kill("SIGKILL");
    await container.exited;
    await gone(grandchild);
  });

  it("takes its containers along when the emulator's process is killed", async () => {
    const script = `
      import { createContainerRuntime } from ${JSON.stringify(new URL("./container-runtime.ts", import.meta.url).href)};
      import { createTimeline } from ${JSON.stringify(new URL("./timeline.ts", import.meta.url).href)};
      const runtime = createContainerRuntime({
        images: { sleeper: ["sleep", "60"] }, timeline: createTimeline({ platform: "test" }),
      });
      const run = () => runtime.run({ image: "sleeper", env: {}, name: "w" });
      const first = run();
      run().container.kill("SIGKILL");
      setTimeout(() => console.log(first.container.pid, run().container.pid), 50);
    `;
    const host = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface({ input: host.stdout }), "line")) as [string];
    const pids = line.split(" ").map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    host.kill("SIGKILL");
    await Promise.all(pids.map(gone));
  });
});

function started(result: RunResult) {
  if (!result.ok) throw new Error(result.message);
  return result.container;
}

async function firstLine(container: { logs(): string[] }): Promise<string> {
  for (;;) {
    const [line] = container.logs();
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

// A dead process whose parent has not asked for its exit code yet still answers a signal, so its state is read.
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}
