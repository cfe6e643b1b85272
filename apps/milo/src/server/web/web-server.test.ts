import { createServer, request } from "node:http";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import type { Sql } from "#server/database/client.ts";
import type { Readiness } from "#server/process/check-readiness.ts";
import { startTestWeb } from "./testing/test-web.ts";
import { createWebMetrics } from "./web-metrics.ts";

const TOKEN = "an-operators-access-token";
const bearer = { authorization: `Bearer ${TOKEN}` };
/** A database that is away. */
const AWAY = Object.assign(() => Promise.reject(new Error("away")), { options: { max: 1 } }) as unknown as Sql;
const html = { accept: "text/html,*/*" };

describe("the web server without a token", () => {
  it("serves bots, API and pages each their own paths", async () => {
    await using web = await startTestWeb();
    const served = async (path: string) => (await web.call(path, { method: "POST" })).body;
    expect(await served("/api/bot/v1/claim")).toEqual({ served: "bots" });
    expect(await served("/api/trpc/bots.list?batch=1")).toEqual({ served: "api" });
    expect(await served("/infrastructure")).toEqual({ served: "pages" });
    expect(await served("/api/trpcish")).toEqual({ served: "pages" });
  });

  it("refuses another Host for console and API, but lets bots come by whatever name milo has", async () => {
    await using web = await startTestWeb();
    expect(await statusWithHost(web.url, "/", "evil.example")).toBe(403);
    expect(await statusWithHost(web.url, "/api/trpc/bots.list", "evil.example")).toBe(403);
    expect(await statusWithHost(web.url, "/api/bot/v1/claim", "milo.example.com")).toBe(200);
  });
});

describe("what looks after the web process", () => {
  it("learns whether it is ready without a token and its metrics only with one", async () => {
    let readiness: Readiness = { ready: true };
    const metrics = createWebMetrics({ sql: AWAY, procedures: ["bots.get"] });
    await using web = await startTestWeb({
      accessToken: TOKEN,
      operations: { metrics, readiness: async () => readiness },
    });
    expect(await web.call("/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
    readiness = { ready: false, problems: ["It is still starting."] };
    const body = { status: "not_ready", problems: ["It is still starting."] };
    expect(await web.call("/readyz")).toMatchObject({ status: 503, body });
    await web.call("/api/trpc/bots.get?input=secret", { headers: bearer });
    await web.call("/bots/17", { headers: bearer });
    expect((await web.call("/metrics")).status).toBe(401);
    const { status, body: text } = await web.call("/metrics", { headers: bearer });
    expect([status, text]).toEqual([200, expect.stringContaining("milo_database_up 0")]);
    for (const route of ["/api/trpc/bots.get", "/bots/:id", "/readyz"]) {
      expect(text).toMatch(new RegExp(`^milo_http_request_duration_seconds_count\\{route="${route}",`, "m"));
    }
    expect(text).not.toContain("secret");
  });
});

describe("the web server with a token", () => {
  it("asks for it on every path but the bots' and the health check", async () => {
    await using web = await startTestWeb({ accessToken: TOKEN });
    const status = async (path: string, headers = {}) => (await web.call(path, { headers })).status;
    for (const path of ["/", "/infrastructure", "/_next/static/x.js", "/api/trpc/bots.list", "/api/else"]) {
      expect([path, await status(path), await status(path, bearer)]).toEqual([path, 401, 200]);
    }
    expect([await status("/api/bot/v1/claim"), await status("/healthz")]).toEqual([200, 200]);
  });

  it("shows people a form, and the form's right answer opens the console", async () => {
    await using web = await startTestWeb({ accessToken: TOKEN });
    const asked = await web.call("/infrastructure?a=1", { headers: html });
    expect(asked.status).toBe(401);
    expect(asked.body).toContain('name="next" value="/infrastructure?a=1"');
    const submit = (token: string, next: string) =>
      web.call("/sign-in", { method: "POST", body: new URLSearchParams({ token, next }) });
    const wrong = await submit("wrong", "/infrastructure");
    expect([wrong.status, wrong.headers.get("set-cookie")]).toEqual([401, null]);
    const right = await submit(TOKEN, "/infrastructure");
    const cookie = right.headers.get("set-cookie") ?? "";
    expect([right.status, right.headers.get("location")]).toEqual([303, "/infrastructure"]);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict;/);
    const opened = await web.call("/infrastructure", { headers: { cookie: cookie.split(";")[0] ?? "" } });
    expect(opened.body).toEqual({ served: "pages" });
    for (const elsewhere of ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nx: y"]) {
      expect((await submit(TOKEN, elsewhere)).headers.get("location")).toBe("/");
    }
  });

  it("tells programs in JSON, also where their paths look like a page's", async () => {
    await using web = await startTestWeb({ accessToken: TOKEN });
    expect((await web.call("/api/trpc/bots.list", { headers: html })).body).toEqual({ error: expect.any(String) });
    expect((await web.call("/")).body).toEqual({ error: expect.any(String) });
  });
});

describe("protocol upgrades", () => {
  /** Answers whether the upgrade was taken, and how the connection ends. */
  function upgrade(url: string, origin: string): Promise<{ taken: boolean; ended: Promise<void> }> {
    return new Promise((resolve) => {
      const headers = { connection: "Upgrade", upgrade: "websocket", origin };
      const sent = request(url, { headers });
      sent.once("upgrade", (_response, socket) => {
        resolve({ taken: true, ended: new Promise((done) => socket.once("close", () => done())) });
      });
      sent.once("error", () => resolve({ taken: false, ended: Promise.resolve() }));
      sent.end();
    });
  }

  it("are handed on from this console only, and do not hold up the end", async () => {
    const upgrades = createServer();
    upgrades.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    });
    const web = await startTestWeb({ routes: () => ({ upgrades }) });
    expect(await upgrade(web.url, "https://evil.example")).toMatchObject({ taken: false });
    const own = await upgrade(web.url, web.url);
    expect(own.taken).toBe(true);
    await web.close(4_000);
    await own.ended;
  });
});

describe("health and faults of the web server", () => {
  it("says with 503 that bots cannot be heard", async () => {
    let problem: string | null = null;
    await using web = await startTestWeb({ problem: () => problem });
    expect(await web.call("/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    problem = "The database was last reached 30 s ago.";
    expect(await web.call("/healthz")).toMatchObject({ status: 503, body: { problem } });
  });

  it("answers a handler's fault with 500 without its words, and logs them", async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    const routes = () => ({
      pages: () => {
        throw new Error("inner secret");
      },
    });
    await using web = await startTestWeb({ log, routes });
    const answer = await web.call("/");
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain("inner secret");
    expect(lines.join("")).toContain("inner secret");
  });
});

/** fetch does not let a caller set Host. */
function statusWithHost(url: string, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once("error", reject);
    sent.end();
  });
}
