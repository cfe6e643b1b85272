import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { launchBrowser } from "./testing/browser/launch.ts";
import { createViewers, type Viewers } from "./testing/browser/viewers.ts";
import { expectAccessible, expectNoSidewaysScroll, expectTable, readTable } from "./testing/expect-page.ts";
import { recordRequests, requestsDuring } from "./testing/network.ts";
import { waitUntil } from "./testing/wait-until.ts";

/** A page without fault; `body` is put into it. */
const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>A page</title><link rel="icon" href="data:,">
  <meta name="viewport" content="width=device-width"></head><body><main><h1>A page</h1>${body}</main></body></html>`;

const BODIES: Readonly<Record<string, string>> = {
  "/good": "<p>All is well.</p>",
  "/throws": "<script>throw new Error('thrown on purpose')</script>",
  "/logs": "<script>console.error('logged on purpose')</script>",
  "/unlabelled": '<input type="text">',
  "/too-wide": '<div style="width: 2000px">wide</div>',
  "/wide-inside": '<div style="overflow-x: auto" tabindex="0"><div style="width: 2000px">wide</div></div>',
  "/asks": "<script>setInterval(() => fetch('/good?again'), 100)</script>",
  "/table": `<table aria-label="Bots"><thead><tr>
      <th><button>Bot <svg aria-hidden="true"><text>▲</text></svg></button></th><th>State</th></tr></thead>
    <tbody><tr><td>One<div>first</div></td><td><span aria-hidden="true">●</span> Run<b>ning</b></td></tr>
    <tr><td>Two</td><td>Done <span style="display: none">hidden</span></td></tr>
    <tr><td colspan="2">No more</td></tr></tbody></table>`,
};

let server: Server;
let browser: Browser;
let viewers: Viewers;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(BODIES[new URL(request.url ?? "/", "http://host").pathname] ?? ""));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  browser = await launchBrowser(inject("chromium"));
  viewers = createViewers(browser, () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(() => viewers.close());

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

describe("what the tests of pages rest on", () => {
  it("has nothing to say of a page without fault", async () => {
    const good = await viewers.open("/good");
    await expectAccessible(good);
    await expectNoSidewaysScroll(good);
    expect(await requestsDuring(good, 500)).toEqual([]);
    expect(viewers.complaints()).toEqual([]);
  });

  it.each([
    ["/throws", "thrown on purpose"],
    ["/logs", "logged on purpose"],
  ])("complains of %s unless the test provokes it", async (path, text) => {
    await viewers.open(path);
    await waitUntil("it is heard", () => viewers.complaints().length > 0);
    expect(viewers.complaints().join()).toContain(text);
    viewers.tolerate(/on purpose/);
    expect(viewers.complaints()).toEqual([]);
  });

  it("sees what axe-core sees", async () => {
    await expect(expectAccessible(await viewers.open("/unlabelled"))).rejects.toThrow(/label: .*<input/s);
  });

  it("sees a page that scrolls sideways, but not a part that does", async () => {
    await expect(expectNoSidewaysScroll(await viewers.open("/too-wide"))).rejects.toThrow(/div "wide"/);
    await expectNoSidewaysScroll(await viewers.open("/wide-inside"));
  });

  it("reads tables as a screen reader would", async () => {
    const rows = [
      { Bot: "One first", State: "Running" },
      { Bot: "Two", State: "Done" },
    ];
    const table = await viewers.open("/table");
    expect(await readTable(table, "Bots")).toEqual(rows);
    await expectTable(table, [{ Bot: /^One/ }, { State: "Done" }]);
    await expect(expectTable(table, [{ Bot: "Two" }], { withinMs: 200 })).rejects.toThrow();
  });

  it("sees a page that asks again and again", async () => {
    const asks = await viewers.open("/asks");
    const recording = recordRequests(asks);
    await waitUntil("it has asked twice", () => recording.requests.length >= 2);
    expect(recording.stop()[1]).toMatchObject({ method: "GET", path: "/good", url: "/good?again", kind: "fetch" });
  });

  it("has a viewer's tabs share what a browser keeps, and no two viewers", async () => {
    const first = await viewers.open("/good");
    await first.evaluate(() => localStorage.setItem("kept", "yes"));
    const read = () => localStorage.getItem("kept");
    expect(await (await viewers.open("/good", { besides: first })).evaluate(read)).toBe("yes");
    expect(await (await viewers.open("/good")).evaluate(read)).toBe(null);
  });

  it("says what to do about a browser that does not start", async () => {
    const nowhere = { executable: "/no/such/chromium", environment: {} };
    await expect(launchBrowser(nowhere)).rejects.toThrow(
      /^Chromium \(\/no\/such\/chromium\) does not start.*MILO_CHROMIUM/,
    );
  });
});
