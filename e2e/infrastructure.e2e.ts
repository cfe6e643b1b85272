import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  expectTable,
  expectVisible,
  readTable,
} from "./testing/expect-page.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo({ limits: { k8s: 2, aws: 0, coolify: 0 } });
const ENDED = 14;

/** Attempts of long ago on Coolify: the first ended last, each a minute before, the odd ones failed. */
async function leaveHistory(): Promise<void> {
  await milo.database.sql`
    INSERT INTO deployments (platform, attempt, launch_key, phase, outcome, reason, reserved_at, start_by, ended_at)
    SELECT 'coolify', 1, 'bot-past-' || n || '-a1', 'ENDED', CASE WHEN n % 2 = 1 THEN 'failed' ELSE 'completed' END,
      'It was number ' || n, now() - make_interval(hours => 1, mins => n), now(), now() - make_interval(mins => n)
    FROM generate_series(1, ${ENDED}::int) n`;
}

beforeAll(async () => {
  await milo.api.sendBot({ name: "Board meeting" });
  await milo.api.sendBot({ name: "Design review", meetingPlatform: "google-meet" });
  await leaveHistory();
  await waitUntil("both are in their calls", async () => {
    const stats = await milo.api.query<{ platform: string; running: number }[]>("infrastructure.getStats");
    return stats.some(({ platform, running }) => platform === "k8s" && running === 2);
  });
}, 60_000);

const section = (page: Page, name: RegExp) => page.getByRole("region", { name });
const deployments = (page: Page, platform: string) =>
  page.getByRole("region", { name: `Deployments on ${platform}`, exact: true });

describe("the sections of the platforms", () => {
  it("are headed with use and limit, in the order of priority, and all open", async () => {
    const page = await milo.open("/infrastructure");
    const headings = page.getByRole("heading", { level: 2, name: /^(K8s|AWS|Coolify) \(\d+\/\d+\)$/ });
    await expect.poll(() => headings.allTextContents()).toEqual(["K8s (2/2)", "AWS (0/0)", "Coolify (0/0)"]);
    for (const platform of ["K8s", "AWS", "Coolify"]) {
      await expectVisible(page.getByRole("heading", { name: `${platform} over time` }));
    }
  });

  it("stay folded away after a reload", async () => {
    const page = await milo.open("/infrastructure");
    const toggle = page.getByRole("button", { name: "AWS (0/0)" });
    await toggle.click();
    await page.getByRole("heading", { name: "AWS over time" }).waitFor({ state: "hidden" });
    await page.reload();
    await expect.poll(() => toggle.getAttribute("aria-expanded")).toBe("false");
    expect(await page.getByRole("button", { name: /^K8s \(/ }).getAttribute("aria-expanded")).toBe("true");
    await toggle.click();
    await expectVisible(page.getByRole("heading", { name: "AWS over time" }));
  });

  it("count bots by what they do", async () => {
    const page = await milo.open("/infrastructure");
    const count = (label: string) =>
      section(page, /^K8s \(/)
        .getByRole("term")
        .filter({ hasText: label })
        .locator("xpath=following-sibling::*");
    await expect.poll(() => count("Running").textContent()).toBe("2");
    expect(await count("Failed attempts, last 24 h").textContent()).toBe("0");
  });

  it("fit 390 px, dialog and all, and are accessible", async () => {
    const page = await milo.open("/infrastructure", { width: 390, height: 844 });
    await expectVisible(deployments(page, "K8s").getByText("Board meeting"));
    await expectNoSidewaysScroll(page);
    await section(page, /^K8s \(/)
      .getByRole("button", { name: "Drain …" })
      .click();
    await expectVisible(page.getByRole("dialog", { name: "Drain K8s?" }));
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});

describe("an operator", () => {
  it("holds a platform with a reason that everybody sees, and resumes it", async () => {
    const page = await milo.open("/infrastructure");
    const viewer = await milo.open("/infrastructure");
    const k8s = section(page, /^K8s \(/);
    await k8s.getByRole("button", { name: "Hold …" }).click();
    const dialog = page.getByRole("dialog", { name: "Hold K8s?" });
    await dialog.getByLabel("Reason").fill("upgrading the cluster");
    await dialog.getByRole("button", { name: "Hold K8s" }).click();
    for (const one of [page, viewer]) {
      await expectVisible(section(one, /^K8s \(/).getByText("On hold: takes no new bots – upgrading the cluster"));
    }
    await expect.poll(() => k8s.getByRole("button", { name: "Hold …" }).getAttribute("aria-disabled")).toBe("true");
    expect(await describedBy(page, "Hold …")).toBe("It is on hold already");

    await k8s.getByRole("button", { name: "Resume …" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume K8s" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await k8s.getByText(/^On hold/).waitFor({ state: "detached" });
    const [row] = await milo.database.sql`SELECT mode FROM platforms WHERE platform = 'k8s'`;
    expect(row?.mode).toBe("enabled");
  });

  it("is told before a drain how many bots will leave, and may think better of it", async () => {
    const page = await milo.open("/infrastructure");
    const drain = section(page, /^K8s \(/).getByRole("button", { name: "Drain …" });
    await drain.click();
    const dialog = page.getByRole("dialog", { name: "Drain K8s?" });
    await expectVisible(dialog.getByText(/2 bots will be told to leave/));
    await expectVisible(dialog.getByRole("button", { name: "Drain K8s: 2 bots leave" }));
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => drain.evaluate((button) => button === document.activeElement)).toBe(true);
    const [row] = await milo.database.sql`SELECT mode FROM platforms WHERE platform = 'k8s'`;
    expect(row?.mode).toBe("enabled");
  });

  it("cannot say that a container is gone while it is heard, and hears why", async () => {
    const page = await milo.open("/infrastructure");
    const k8s = deployments(page, "K8s");
    await k8s
      .getByRole("button", { name: /^Confirm that .* is gone/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog", { name: /^Is the container of .* gone\?$/ });
    await dialog.getByRole("button", { name: "It is gone" }).click();
    await expectVisible(dialog.getByText("A reason is needed"));
    milo.tolerate(/409/);
    await dialog.getByLabel("Reason").fill("the machine was scrapped");
    await dialog.getByRole("button", { name: "It is gone" }).click();
    await expectVisible(dialog.getByText(/there was a sign of life \d+ s ago/));
    await page.keyboard.press("Escape");
    const past = deployments(page, "Coolify").getByRole("button", { name: "Confirm that bot-past-1-a1 is gone …" });
    expect(await past.getAttribute("aria-disabled")).toBe("true");
  });
});

describe("a platform's deployments", () => {
  it("say whose they are, how far they have come, and when they were heard", async () => {
    const page = await milo.open("/infrastructure");
    await expectTable(deployments(page, "K8s"), [
      { Bot: /^Design review/, Phase: "Running", "Launch key or ARN": /^bot-\w+-\d+-a1/, "Last heartbeat": /ago|now/ },
      { Bot: /^Board meeting/, Phase: "Running", "Why it ended": "–" },
    ]);
  });

  it("come page by page, as many as there are", async () => {
    const page = await milo.open("/infrastructure");
    const table = deployments(page, "Coolify");
    const pages = page.getByRole("navigation", { name: "Pages of deployments on Coolify" });
    await expect.poll(async () => (await readTable(table)).length).toBe(10);
    await pages.getByRole("button", { name: "Next" }).click();
    await expect.poll(async () => (await readTable(table)).length).toBe(ENDED - 10);
    await expectTable(
      table,
      [11, 12, 13, 14].map((n) => ({ "Why it ended": `It was number ${n}` })),
    );
    expect(await pages.getByRole("button", { name: "Next" }).getAttribute("aria-disabled")).toBe("true");
    await pages.getByRole("button", { name: "Previous" }).click();
    await expectVisible(table.getByText("bot-past-1-a1"));
  });

  it("are sorted by the server, and filtered by phase, outcome and search", async () => {
    const page = await milo.open("/infrastructure");
    const table = deployments(page, "Coolify");
    await table.getByRole("button", { name: "Ended" }).click();
    await expect.poll(async () => (await readTable(table))[0]?.["Why it ended"]).toBe(`It was number ${ENDED}`);
    expect(await table.getByRole("columnheader", { name: "Ended", exact: true }).getAttribute("aria-sort")).toBe(
      "ascending",
    );

    await page.getByLabel("Outcome of deployments on Coolify").selectOption("Failed");
    await expect
      .poll(async () => (await readTable(table)).map((row) => row["Why it ended"]?.slice(14)))
      .toEqual(["13", "11", "9", "7", "5", "3", "1"]);

    await page.getByLabel("Search deployments on Coolify").fill("bot-past-7-a1");
    await expectTable(table, [{ "Why it ended": "It was number 7" }]);
    await page.getByLabel("Phase of deployments on Coolify").selectOption("Running");
    const coolify = section(page, /^Coolify \(/);
    await expectVisible(coolify.getByText("No deployment matches"));
    await coolify.getByRole("button", { name: "Show all" }).click();
    await expect.poll(async () => (await readTable(table)).length).toBe(10);
  });

  it("stand in the address with filters, order and page: they survive a reload, the way back and another viewer", async () => {
    const page = await milo.open("/infrastructure");
    const table = deployments(page, "Coolify");
    const first = async (one: Page) => (await readTable(deployments(one, "Coolify")))[0]?.["Why it ended"];
    await page.getByLabel("Phase of deployments on K8s").selectOption("Running");
    await table.getByRole("button", { name: "Ended" }).click();
    await expect.poll(() => first(page)).toBe(`It was number ${ENDED}`);
    await page
      .getByRole("navigation", { name: "Pages of deployments on Coolify" })
      .getByRole("button", { name: "Next" })
      .click();
    await expect.poll(() => first(page)).toBe("It was number 4");
    expect(new URL(page.url()).search).toMatch(/^\?k8s\.phase=RUNNING&coolify\.sort=ended&coolify\.page=2~/);

    await page.reload();
    await expect.poll(() => first(page)).toBe("It was number 4");
    await expectVisible(section(page, /^Coolify \(/).getByText("Page 2 · 4 deployments"));
    expect(await page.getByLabel("Phase of deployments on K8s").inputValue()).toBe("RUNNING");
    const { pathname, search } = new URL(page.url());
    const other = await milo.open(`${pathname}${search}`);
    await expect.poll(() => first(other)).toBe("It was number 4");

    await page.goBack();
    await expect.poll(() => first(page)).toBe(`It was number ${ENDED}`);
    await page.goBack();
    await expect.poll(() => first(page)).toBe("It was number 1");
    await page.goBack();
    await expect.poll(() => page.getByLabel("Phase of deployments on K8s").inputValue()).toBe("all");
  });

  it("are five to begin with where there is little room, and all when asked for", async () => {
    const page = await milo.open("/infrastructure", { width: 390, height: 844 });
    const rows = deployments(page, "Coolify").getByRole("row");
    await expect.poll(() => rows.count()).toBe(1 + 5);
    await section(page, /^Coolify \(/)
      .getByRole("button", { name: "Show all 10" })
      .click();
    await expect.poll(() => rows.count()).toBe(1 + 10);
  });

  it("appear as they begin, without a reload", async () => {
    const page = await milo.open("/infrastructure");
    const table = deployments(page, "K8s");
    await expectVisible(table.getByText("Board meeting"));
    const first = (await readTable(table)).length;
    const holder = await milo.database.sql`SELECT id FROM bots WHERE name = 'Design review'`;
    await milo.api.sendBot({ name: "Latecomer" });
    await milo.api.stopBot(Number(holder[0]?.id));
    await expectVisible(table.getByText("Latecomer"));
    await expect.poll(async () => (await readTable(table)).length).toBe(first + 1);
  });
});

/** What is spoken of a button besides its name. */
async function describedBy(page: Page, name: string): Promise<string> {
  const button = section(page, /^K8s \(/).getByRole("button", { name });
  const id = (await button.getAttribute("aria-describedby")) ?? "";
  return (await page.locator(`[id="${id}"]`).textContent()) ?? "";
}
