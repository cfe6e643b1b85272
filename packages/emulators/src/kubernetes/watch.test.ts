import { makeInformer, type V1Pod, Watch } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  call,
  connectClient,
  JOBS,
  jobBody,
  PODS,
  startEmulator,
  until,
  untilRunning,
} from "./kubernetes-emulator.testkit.ts";
import type { KubernetesEmulator } from "./kubernetes-emulator.ts";

interface WatchEvent {
  readonly type: string;
  readonly object: {
    kind: string;
    code?: number;
    reason?: string;
    metadata: { name: string; resourceVersion: string };
  };
}

describe("lists and watches", () => {
  let emulator: KubernetesEmulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  const create = (name: string, spec: object = { suspend: true }) =>
    call(emulator, "POST", JOBS, jobBody(name, { spec }));

  async function* openWatch(path: string): AsyncGenerator<WatchEvent, void> {
    const headers = { authorization: `Bearer ${emulator.token}` };
    const response = await fetch(emulator.url + path, { headers, signal: AbortSignal.timeout(8_000) });
    let rest = "";
    for await (const chunk of response.body ?? []) {
      const lines = (rest + Buffer.from(chunk).toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line);
    }
  }

  it("pages through one moment of the list while objects come and go", async () => {
    for (const name of ["a", "b", "c"]) await create(name);
    const first = await call(emulator, "GET", `${JOBS}?limit=2`);
    expect(first.body.metadata).toMatchObject({ remainingItemCount: 1, continue: expect.any(String) });
    await call(emulator, "DELETE", `${JOBS}/c`, { propagationPolicy: "Background" });
    const second = await call(emulator, "GET", `${JOBS}?limit=2&continue=${first.body.metadata.continue}`);
    expect(second.body.items.map((job: { metadata: { name: string } }) => job.metadata.name)).toEqual(["c"]);
    expect(second.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
    emulator.disturbWatches("expire");
    const late = await call(emulator, "GET", `${JOBS}?continue=${first.body.metadata.continue}`);
    expect([late.status, late.body.reason]).toEqual([410, "Expired"]);
  });

  it("selects by label and refuses a field no selector may name", async () => {
    for (const name of ["a", "b"]) await create(name);
    const select = async (selector: string) => {
      const { body } = await call(emulator, "GET", `${JOBS}?labelSelector=${encodeURIComponent(selector)}`);
      return body.items.map((job: { metadata: { name: string } }) => job.metadata.name);
    };
    expect(await select("app=bot,name!=b")).toEqual(["a"]);
    expect(await select("name in (b, c)")).toEqual(["b"]);
    expect(await select("name notin (b)")).toEqual(["a"]);
    expect(await select("!app")).toEqual([]);
    const refused = await call(emulator, "GET", `${PODS}?fieldSelector=spec.image%3Dx`);
    expect([refused.status, refused.body.message]).toEqual([400, "field label not supported: spec.image"]);
  });

  it("replays what happened after the given version and then goes on", async () => {
    await create("a");
    const list = await call(emulator, "GET", JOBS);
    await create("b");
    const events = openWatch(`${JOBS}?watch=true&resourceVersion=${list.body.metadata.resourceVersion}`);
    for await (const { type, object } of events) {
      if (type === "ADDED" && object.metadata.name === "b") break;
      expect(type).toBe("MODIFIED");
    }
    const watching = openWatch(`${JOBS}?watch=true`);
    expect((await watching.next()).value).toMatchObject({
      type: "ADDED",
      object: { kind: "Job", metadata: { name: "a" } },
    });
    await watching.return();
  });

  it("shows an object that stops matching the selector as DELETED", async () => {
    await create("a");
    const events = openWatch(`${JOBS}?watch=true&labelSelector=app%3Dbot`);
    await events.next();
    const body = { metadata: { labels: { app: "other" } } };
    await call(emulator, "PATCH", `${JOBS}/a`, body, { type: "application/merge-patch+json" });
    for await (const { type } of events) {
      if (type === "DELETED") break;
      expect(type).toBe("MODIFIED");
    }
    expect(emulator.store.get("jobs", "bots", "a")).toBeDefined();
  });

  it("sends bookmarks only when asked", async () => {
    emulator.settings.set({ bookmarkIntervalMs: 5 });
    const events = openWatch(`${JOBS}?watch=true&allowWatchBookmarks=true`);
    const { value } = await events.next();
    expect(value).toMatchObject({ type: "BOOKMARK", object: { kind: "Job" } });
    await events.return();
    const silent = openWatch(`${JOBS}?watch=true&timeoutSeconds=1`);
    expect((await silent.next()).done).toBe(true);
  });

  it("answers an old version with an ERROR event 410 Expired", async () => {
    const list = await call(emulator, "GET", JOBS);
    await create("a");
    emulator.disturbWatches("expire");
    const events = openWatch(`${JOBS}?watch=true&resourceVersion=${list.body.metadata.resourceVersion}`);
    expect((await events.next()).value).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
    expect((await events.next()).done).toBe(true);
  });

  it("keeps the real informer complete through an expired history", async () => {
    const { config, core } = connectClient(emulator);
    const list = () => core.listNamespacedPod({ namespace: "bots" });
    const informer = makeInformer<V1Pod>(config, "/api/v1/namespaces/bots/pods", list);
    const seen = new Set<string>();
    informer.on("add", (pod) => seen.add(pod.metadata?.labels?.["job-name"] ?? ""));
    informer.on("error", () => {});
    await informer.start();
    await create("a", {});
    await untilRunning(emulator, "a");
    emulator.disturbWatches("expire");
    await create("b", {});
    await untilRunning(emulator, "b");
    await expect.poll(() => [...seen].sort(), { timeout: 5_000 }).toEqual(["a", "b"]);
    await informer.stop();
  });

  it("cuts, closes and silences open watches on demand", async () => {
    const { config } = connectClient(emulator);
    const ends: unknown[] = [];
    const open = () =>
      new Watch(config).watch(
        JOBS,
        {},
        (type) => ends.push(type),
        (error) => ends.push(error === null ? "end" : "cut"),
      );
    await open();
    emulator.disturbWatches("close");
    await expect.poll(() => ends.at(-1)).toBe("end");
    await open();
    emulator.disturbWatches("cut");
    await expect.poll(() => ends.at(-1)).toBe("cut");
    ends.length = 0;
    const stalled = await open();
    emulator.disturbWatches("stall");
    await create("a");
    await until(emulator, () => emulator.store.get("jobs", "bots", "a")?.status.conditions);
    expect((await call(emulator, "GET", `${JOBS}/a`)).status).toBe(200);
    expect(ends).toEqual([]);
    stalled.abort();
  });
});
