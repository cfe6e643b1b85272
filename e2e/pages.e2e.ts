import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, expectVisible } from "./testing/expect-page.ts";
import { keepScreenshot, LOOKS, type Look } from "./testing/screenshot.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo({ queueTimeoutMs: { k8s: 500, aws: 500, coolify: 500 } });

/** Every page of the console, with something on it that is there once it shows what it has to show. */
const PAGES: readonly { name: string; path: string; settled: (page: Page) => Promise<void> }[] = [
  { name: "dashboard", path: "/", settled: (page) => expectVisible(page.getByText(/^Queue: \d+ bots waiting$/)) },
  { name: "infrastructure", path: "/infrastructure", settled: (page) => expectVisible(page.getByText("Long haul")) },
  {
    name: "capacity",
    path: "/capacity",
    settled: (page) => expectVisible(page.getByRole("heading", { name: /^Queue: \d+ bots waiting$/ })),
  },
  {
    name: "not found",
    path: "/no-such-page",
    settled: (page) => expectVisible(page.getByRole("heading", { name: "There is no such page" })),
  },
];

/** Enough to fill every platform, with one that failed over from K8s, some that wait and one that is over. */
const BOTS = [
  { name: "Stand-up" },
  { name: "Retrospective mit Käse", meetingPlatform: "microsoft-teams" as const },
  { name: "Quarterly planning of everything that has to be planned" },
  { name: "1:1", meetingPlatform: "google-meet" as const },
  { name: "Interview" },
  { name: "Roadmap", meeting: { fail: "after-join" } },
  { name: "Sales demo" },
  { name: "Lecture" },
  { name: "Long haul", priority: -5 },
  { name: "Book club", meetingPlatform: "google-meet" as const },
];

/** A failover among them, on a machine that is busy with other things. */
const FULL_WITHIN_MS = 60_000;

beforeAll(async () => {
  for (const bot of BOTS) await milo.api.sendBot(bot);
  await waitUntil(
    "every platform is full",
    async () => {
      const platforms = await milo.api.query<{ used: number; limit: number }[]>("infrastructure.getActivePlatforms");
      return platforms.every(({ used, limit }) => used === limit);
    },
    FULL_WITHIN_MS,
  );
}, FULL_WITHIN_MS + 30_000);

describe.each(PAGES)("the page $name", ({ name, path, settled }) => {
  it.each(Object.keys(LOOKS) as Look[])("is accessible and fits its width (%s)", async (look) => {
    if (name === "not found") milo.tolerate(/404/);
    const page = await milo.open(path, LOOKS[look]);
    await settled(page);
    await keepScreenshot(page, `${name} ${look}`);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });

  it("has a title and one main heading", async () => {
    if (name === "not found") milo.tolerate(/404/);
    const page = await milo.open(path);
    expect(await page.title()).toMatch(/milo/);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  });
});
