import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFaults } from "./faults.ts";
import { createEmulatorServer, type EmulatorServer } from "./http-server.ts";
import { createSettings } from "./settings.ts";
import { createTimeline } from "./timeline.ts";

describe("emulator server", () => {
  let server: EmulatorServer;
  let url: string;
  let handled: string[];
  const settings = createSettings({ capacity: null as number | null, latencyMs: 0 });

  beforeEach(async () => {
    handled = [];
    server = createEmulatorServer({
      identify: ({ method, path }) => ({ operation: `${method} thing`, name: path.slice(1) }),
      handle: ({ path }) => {
        handled.push(path);
        return { status: 200, body: { path } };
      },
      timeline: createTimeline({ platform: "test", clock: () => 5 }),
      faults: createFaults(),
      settings,
      reset: () => settings.reset(),
      twin: (workload) => workload === "w",
      controls: { hello: (body) => ({ echo: body }) },
    });
    url = await server.listen();
  });
  afterEach(() => server.close());

  const control = async (method: string, name: string, body?: unknown) => {
    const response = await fetch(`${url}/_emulator/${name}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const get = (path: string, timeoutMs = 5_000) => fetch(url + path, { signal: AbortSignal.timeout(timeoutMs) });

  it("does the work and never answers on timeout-after, and does not work on timeout-before", async () => {
    await control("POST", "faults", { match: { name: "a" }, fault: "timeout-after", times: 1 });
    await control("POST", "faults", { match: { name: "b" }, fault: "timeout-before", times: 1 });
    await expect(get("/a", 100)).rejects.toThrow(/timeout/);
    await expect(get("/b", 100)).rejects.toThrow(/timeout/);
    expect(handled).toEqual(["/a"]);
    expect((await get("/b")).status).toBe(200);
  });

  it("answers a status fault as often as asked, with its headers", async () => {
    const fault = { fault: "status", status: 429, headers: { "retry-after": "7" }, body: { slow: "down" } };
    await control("POST", "faults", { match: { operation: "GET*" }, ...fault, times: 2 });
    const first = await get("/a");
    expect([first.status, first.headers.get("retry-after"), await first.json()]).toEqual([429, "7", { slow: "down" }]);
    expect((await control("GET", "faults")).body).toHaveLength(1);
    expect((await get("/a")).status).toBe(429);
    expect((await get("/a")).status).toBe(200);
  });

  it("forgets its faults on DELETE", async () => {
    await control("POST", "faults", { match: {}, fault: "status", status: 500 });
    await control("DELETE", "faults");
    expect((await get("/a")).status).toBe(200);
  });

  it("refuses faults and settings that could never take effect", async () => {
    expect((await control("POST", "faults", { match: {}, fault: "boom" })).status).toBe(400);
    expect((await control("POST", "faults", { match: {}, fault: "status" })).status).toBe(400);
    expect((await control("POST", "settings", { capacty: 1 })).status).toBe(400);
    expect((await control("POST", "settings", { capacity: "1" })).status).toBe(400);
    expect((await control("POST", "twin", { workload: "w" })).body).toEqual({ done: true });
    expect((await control("POST", "settings", { capacity: 1 })).body).toEqual({ capacity: 1, latencyMs: 0 });
    expect((await control("POST", "reset")).status).toBe(200);
    expect((await control("GET", "settings")).body).toEqual({ capacity: null, latencyMs: 0 });
    expect((await control("GET", "nothing")).status).toBe(404);
    expect((await control("POST", "hello", { a: 1 })).body).toEqual({ echo: { a: 1 } });
  });

  it("logs the API's requests and not its own", async () => {
    await control("GET", "timeline");
    await fetch(`${url}/a?b=c`, { method: "POST", body: JSON.stringify({ d: 1 }) });
    const expected = { method: "POST", path: "/a?b=c", operation: "POST thing", body: { d: 1 }, status: 200 };
    expect(server.requests()).toMatchObject([expected]);
    expect((await control("GET", "requests")).body).toMatchObject([expected]);
  });

  it("refuses connections while it is offline and comes back on the same port", async () => {
    await server.goOffline(150);
    await expect(get("/a")).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await expect
      .poll(
        () =>
          get("/a").then(
            ({ status }) => status,
            () => null,
          ),
        { timeout: 5_000 },
      )
      .toBe(200);
  });
});
