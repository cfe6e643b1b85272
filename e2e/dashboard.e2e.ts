import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, expectVisible } from "./testing/expect-page.ts";
import { meetingUrl } from "./testing/stack/milo-api.ts";
import { useMilo } from "./testing/use-milo.ts";

const milo = useMilo({ limits: { k8s: 1, aws: 0, coolify: 0 } });
const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

describe("the dashboard", () => {
  it("says that nothing needs attention and nothing was launched while that is so", async () => {
    const page = await milo.open("/");
    await expectVisible(page.getByRole("heading", { name: "Dashboard", level: 1 }));
    expect(await page.title()).toBe("Dashboard · milo");
    await expectVisible(card(page, "Needs attention").getByText("All is well"));
    await expectVisible(page.getByText("Nothing was launched in the last 24 h"));
    await expectVisible(page.getByRole("link", { name: "Queued 0" }));
  });

  it("shows every platform with its use and limit, and how many bots wait, as it happens", async () => {
    const page = await milo.open("/");
    await expectVisible(page.getByRole("link", { name: "K8s (0/1)" }));
    expect(await page.getByText(/Queue: \d+ bots? waiting/).count()).toBe(0);

    await milo.api.sendBot();
    await expectVisible(page.getByRole("link", { name: "K8s (1/1)" }));
    await expectVisible(page.getByRole("link", { name: "In call 1" }));
    await milo.api.sendBot();
    await expectVisible(page.getByText("Queue: 1 bot waiting", { exact: true }));
    await expectVisible(page.getByRole("link", { name: "Queued 1" }));
    await milo.api.sendBot();
    await expectVisible(page.getByText("Queue: 2 bots waiting", { exact: true }));
    await expectVisible(card(page, "Bots now").getByText("3 bots under way"));
  });

  it("counts launches by the hour, in a table for who cannot see the chart", async () => {
    const page = await milo.open("/");
    await expectVisible(page.getByText("1 launch, none failed to start", { exact: true }));
    await page.getByRole("button", { name: "Table of Launches by the hour" }).click();
    const table = page.getByRole("table", { name: "Launches of each hour" });
    await expect.poll(() => table.getByRole("row").count()).toBeGreaterThan(23);
    await expectVisible(table.getByRole("columnheader", { name: "Failed to start" }));
  });

  it("is read hour by hour with the arrow keys, and says nothing aloud while the pointer moves", async () => {
    const page = await milo.open("/");
    const chart = page.getByRole("slider", { name: "Launches hour by hour" });
    await expectVisible(chart);
    const statuses = await page.getByRole("status").count();
    await card(page, "Launches by the hour").getByText("Launched", { exact: true }).hover();
    await page.mouse.move(0, 0);
    expect(await page.getByRole("status").count()).toBe(statuses);

    const said = () => chart.getAttribute("aria-valuetext");
    await chart.focus();
    // It begins at this hour, which may have begun since the launch.
    const findLaunch = async () => {
      const text = await said();
      if (text?.includes("K8s 0")) await chart.press("ArrowLeft");
      return text;
    };
    await expect.poll(findLaunch).toMatch(/^\d\d:00: K8s 1, AWS 0, Coolify 0, Failed to start 0$/);
    const launched = await said();
    await chart.press("ArrowLeft");
    await expect.poll(said).toMatch(/: K8s 0, AWS 0, Coolify 0, Failed to start 0$/);
    await chart.press("ArrowRight");
    await expect.poll(said).toBe(launched);
    await chart.press("End");
    expect(await chart.getAttribute("aria-valuenow")).toBe(await chart.getAttribute("aria-valuemax"));
    await chart.press("Home");
    expect(await chart.getAttribute("aria-valuenow")).toBe("0");
    await expectAccessible(page);
  });

  it("keeps the platforms folded away over a reload", async () => {
    const page = await milo.open("/");
    const toggle = page.getByRole("button", { name: "Infrastructure", exact: true });
    const platform = page.getByRole("link", { name: "K8s (1/1)" });
    await toggle.click();
    await platform.waitFor({ state: "hidden" });
    await page.reload();
    await platform.waitFor({ state: "hidden" });
    await toggle.click();
    await expectVisible(platform);
  });

  it("leads from the queue's badge to the queue", async () => {
    const page = await milo.open("/");
    await page.getByRole("link", { name: "Queue: 2 bots waiting" }).click();
    await expectVisible(page.getByRole("heading", { name: "Infrastructure", level: 1 }));
    await expect.poll(() => new URL(page.url()).hash).toBe("#queue");
  });

  it("tells what needs a person as it happens, with the way to the place", async () => {
    const page = await milo.open("/");
    await expectVisible(card(page, "Needs attention").getByText("All is well"));
    await milo.api.mutate("infrastructure.setPlatformMode", { platform: "k8s", mode: "hold", reason: "an upgrade" });
    const item = card(page, "Needs attention").getByRole("listitem").filter({ hasText: "K8s is on hold" });
    await expectVisible(item);
    await expectVisible(page.getByText("Held", { exact: true }));
    expect(await item.getByRole("link", { name: "Go to K8s" }).getAttribute("href")).toBe("/infrastructure#k8s");
    await milo.api.mutate("infrastructure.setPlatformMode", { platform: "k8s", mode: "enabled" });
    await expectVisible(card(page, "Needs attention").getByText("All is well"));
  });

  it("is accessible and fits 390 px, with the chart as a table, in the dark", async () => {
    const page = await milo.open("/", { width: 390, height: 844, colorScheme: "dark" });
    await page.getByRole("button", { name: "Table of Launches by the hour" }).click();
    await expectVisible(page.getByRole("table", { name: "Launches of each hour" }));
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});

describe("sending a bot from the dashboard", () => {
  it("takes an address, knows whose meeting it is, and says what became of the bot", async () => {
    const page = await milo.open("/");
    const address = meetingUrl().replace("https://meet.example", "zoom.us");
    await page.getByLabel("Meeting URL").fill(address);
    await expectVisible(page.getByText("Known by the address"));
    expect(await page.getByLabel("Meeting platform").inputValue()).toBe("zoom");
    await page.getByLabel("Bot name").fill("Sales demo");
    await page.getByLabel("Bot name").press("Enter");
    const answer = page.getByRole("status").filter({ hasText: /Bot #\d+ is accepted.*It waits at place 3/ });
    await expectVisible(answer);
    await expect.poll(() => page.getByLabel("Meeting URL").inputValue()).toBe("");
    await expectVisible(page.getByText("Queue: 3 bots waiting", { exact: true }));

    const href = await answer.getByRole("link").getAttribute("href");
    const botId = Number(href?.replace("/bots/", ""));
    const bot = await milo.api.query("bots.get", { botId });
    const shown = `https://${address.split("?")[0]}?(hidden)`;
    expect(bot).toMatchObject({ name: "Sales demo", meetingPlatform: "zoom", meetingUrl: shown });
  });

  it("says what is missing, at the field where it is, and sends nothing", async () => {
    const page = await milo.open("/");
    const sent = await milo.database.sql`SELECT count(*)::int AS n FROM bots`;
    await page.getByLabel("Meeting URL").fill("tomorrow at nine");
    await page.getByRole("button", { name: "Send bot" }).click();
    await expectVisible(page.getByText(/This is not a whole address/));
    expect(await page.getByLabel("Meeting URL").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Meeting URL").fill("https://meet.example/1");
    await page.getByRole("button", { name: "Send bot" }).click();
    await expectVisible(page.getByText(/Choose whose meeting it is/));
    expect(await page.getByLabel("Meeting platform").evaluate((field) => field === document.activeElement)).toBe(true);
    await expectAccessible(page);
    expect(await milo.database.sql`SELECT count(*)::int AS n FROM bots`).toEqual(sent);
  });
});

describe("a failed launch among hundreds", () => {
  it("is seen on a scale of its own, in words and hour by hour", async () => {
    await milo.database.sql`
      INSERT INTO deployments
        (bot_id, platform, attempt, launch_key, phase, outcome, failure_class, reserved_at, start_by, ended_at)
      SELECT (SELECT max(id) FROM bots), 'k8s', 1000 + n, 'past-' || n, 'ENDED',
        CASE n WHEN 1 THEN 'failed' ELSE 'completed' END, CASE n WHEN 1 THEN 'config' END, at, at, at
      FROM generate_series(1, 300) AS n, LATERAL (SELECT now() - interval '2 hours' AS at) AS past`;
    const page = await milo.open("/");
    await expectVisible(page.getByText("301 launches, failed to start 1 time on K8s", { exact: true }));
    const drawing = card(page, "Launches by the hour");
    await drawing.getByText("Failed to start: none").waitFor({ state: "hidden" });
    const hours = page.getByRole("slider", { name: "Launches hour by hour" });
    for (const _ of [1, 2]) await hours.press("ArrowLeft");
    await expect
      .poll(() => hours.getAttribute("aria-valuetext"))
      .toMatch(/: K8s 300, AWS 0, Coolify 0, Failed to start 1$/);
  });
});

describe("the dashboard without its database", () => {
  it("says so in each card, keeps what it had with how old it is, and catches up by itself", async () => {
    milo.tolerate(/Failed to load resource/);
    const page = await milo.open("/");
    await expectVisible(page.getByRole("link", { name: "K8s (1/1)" }));
    await milo.database.stop();
    await expectVisible(page.getByText(/The database does not answer\. What is shown is from before/));
    await expectVisible(page.getByRole("link", { name: "K8s (1/1)" }));
    const fresh = await milo.open("/");
    await expectVisible(card(fresh, "Infrastructure").getByRole("alert"));
    await expectVisible(card(fresh, "Needs attention").getByRole("alert"));
    await expectVisible(fresh.getByText("The database does not answer. This page fills by itself as soon as it does."));
    expect(await fresh.getByText(/data from/i).count()).toBe(0);
    await expectVisible(page.getByText(/^data from/));
    // What the page before has read is shown no more.
    await page.getByRole("navigation").getByRole("link", { name: "Capacity" }).click();
    await expectVisible(page.getByText("The database does not answer. This page fills by itself as soon as it does."));
    expect(await page.getByText(/data from/i).count()).toBe(0);
    await milo.database.start();
    await expectVisible(fresh.getByRole("link", { name: "K8s (1/1)" }), 60_000);
    await page.getByText(/What is shown is from before/).waitFor({ state: "hidden", timeout: 60_000 });
  });
});
