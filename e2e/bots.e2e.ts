import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { chooseAtOnce } from "./testing/browser/in-page.ts";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  expectTable,
  expectVisible,
  readTable,
} from "./testing/expect-page.ts";
import { recordRequests } from "./testing/network.ts";
import { keepScreenshot, LOOKS, type Look } from "./testing/screenshot.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo({ limits: { k8s: 2, aws: 0, coolify: 0 } });

/** Two that run on K8s, two that wait for it; newest first in the list. */
let ids: Record<"standup" | "planning" | "demo" | "lecture", number>;

beforeAll(async () => {
  const standup = await milo.api.sendBot({ name: "Stand-up" });
  const planning = await milo.api.sendBot({ name: "Planning", meetingPlatform: "google-meet" });
  await waitUntil("both are in their calls", async () => {
    const running = await milo.database.sql`SELECT 1 FROM bots WHERE status = 'IN_CALL'`;
    return running.length === 2;
  });
  const demo = await milo.api.sendBot({ name: "Sales demo", priority: 5 });
  const lecture = await milo.api.sendBot({ name: "Lecture" });
  ids = { standup, planning, demo, lecture };
}, 60_000);

const select = (page: Page, name: string) =>
  page.getByRole("checkbox", { name: new RegExp(`^Select bot #\\d+, ${name}`) });
const search = (page: Page) => page.getByRole("searchbox", { name: "Search bots" });

describe("the table of bots", () => {
  it("says of each where it runs, or why it has no place yet", async () => {
    const page = await milo.open("/bots");
    await expectTable(page, [
      {
        Bot: `Lecture #${ids.lecture}`,
        Status: "Queued",
        Infra: /^– K8s is full \(2\/2\); tries AWS in/,
        Time: /waiting$/,
      },
      { Bot: /^Sales demo/, Infra: /^– K8s is full/, Priority: "5", Started: "–" },
      {
        Bot: /^Planning/,
        Status: "In call",
        Meeting: "Google Meet",
        Infra: "K8s",
        Time: /running$/,
        Started: /ago$|^now$/,
      },
      { Bot: /^Stand-up/, Status: "In call", Meeting: "Zoom", Infra: "K8s" },
    ]);
    await expectVisible(page.getByRole("columnheader", { name: "Infra", exact: true }));
  });

  it("is there in the server's first answer, before any script runs", async () => {
    const html = await (await fetch(`${milo.url}/bots`)).text();
    expect(html).toContain("Sales demo");
    expect(html).toContain("K8s is full (2/2)");
  });

  it("keeps its filters in the address, through a reload and for whoever it is sent to", async () => {
    const page = await milo.open("/bots");
    await page.getByRole("radio", { name: /^Waiting/ }).click();
    await expectTable(page, [{ Bot: /^Lecture/ }, { Bot: /^Sales demo/ }]);
    await page.getByRole("radio", { name: "All" }).click();
    await page.getByRole("combobox", { name: "Infra" }).selectOption({ label: "K8s" });
    await page.getByRole("combobox", { name: "Meeting platform" }).selectOption({ label: "Google Meet" });
    await expectTable(page, [{ Bot: /^Planning/ }]);
    expect(new URL(page.url()).search).toBe("?infra=k8s&meeting=google-meet");

    await page.reload();
    await expectTable(page, [{ Bot: /^Planning/ }]);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect.poll(async () => (await readTable(page)).length).toBe(4);
    expect(new URL(page.url()).search).toBe("");
  });

  it("takes filters that are changed faster than it is drawn", async () => {
    const page = await milo.open("/bots");
    const filters = page.getByRole("search", { name: "Filter bots" }).getByRole("combobox");
    await filters.evaluateAll(chooseAtOnce, ["k8s", "google-meet"]);
    await expectTable(page, [{ Bot: /^Planning/ }]);
    expect(new URL(page.url()).search).toBe("?infra=k8s&meeting=google-meet");
  });

  it("lets several statuses be chosen", async () => {
    const page = await milo.open("/bots");
    await page.getByRole("button", { name: /choose statuses$/ }).click();
    await page.getByRole("menuitemcheckbox", { name: "Queued" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Fatal" }).click();
    await page.keyboard.press("Escape");
    await expectTable(page, [{ Bot: /^Lecture/ }, { Bot: /^Sales demo/ }]);
    expect(new URL(page.url()).search).toBe("?status=QUEUED,FATAL");
  });
});

describe("the search", () => {
  it("finds a bot by its id and by the beginning of its name", async () => {
    const page = await milo.open("/bots");
    await search(page).fill(String(ids.planning));
    await expectTable(page, [{ Bot: /^Planning/ }]);
    await search(page).fill("sales");
    await expectTable(page, [{ Bot: /^Sales demo/ }]);
    await page.reload();
    await expectTable(page, [{ Bot: /^Sales demo/ }]);
    expect(await search(page).inputValue()).toBe("sales");
    await search(page).fill("nobody");
    await expectVisible(page.getByText("No bot is like this"));
  });

  it("finds a meeting by its whole address, and leaves no password of it in any address", async () => {
    const meetingUrl = "https://meet.example/room?pwd=s3cr3t";
    await milo.api.mutate("bots.create", { name: "Private", meetingPlatform: "zoom", meetingUrl, priority: -10 });
    const page = await milo.open("/bots");
    const recording = recordRequests(page);
    await search(page).fill(meetingUrl);
    await expectTable(page, [{ Bot: /^Private/ }]);
    expect(page.url()).not.toContain("s3cr3t");
    expect(new URL(page.url()).searchParams.get("q")).toBe("https://meet.example/room?(hidden)");
    expect(recording.stop().filter(({ url }) => url.includes("s3cr3t"))).toEqual([]);

    await page.reload();
    await expectVisible(page.getByText("Enter the meeting’s address again"));
    await page.getByRole("button", { name: "Clear the search" }).click();
    await expect.poll(async () => (await readTable(page)).length).toBe(5);
  });
});

describe("live", () => {
  it("shows within a second what changes in the database, to two viewers at once", async () => {
    const [one, other] = [await milo.open("/bots?q=Lecture"), await milo.open("/bots?q=Lecture")];
    for (const page of [one, other]) await expectTable(page, [{ Bot: /^Lecture/, Priority: "0" }]);
    await expectVisible(one.getByText("Live", { exact: true }));
    await expectVisible(other.getByText("Live", { exact: true }));
    await milo.api.mutate("queue.setPriority", { botIds: [ids.lecture], priority: 7 });
    for (const page of [one, other]) await expectTable(page, [{ Bot: /^Lecture/, Priority: "7" }], { withinMs: 2_000 });
  });

  it("stands still while something is selected, and says what it holds back", async () => {
    const page = await milo.open("/bots?status=QUEUED");
    await expect.poll(async () => (await readTable(page)).length).toBe(3);
    await select(page, "Lecture").click();
    const late = await milo.api.sendBot({ name: "Late one" });
    const button = page.getByRole("button", { name: "1 change — show" });
    await expectVisible(button);
    expect((await readTable(page)).map((row) => row.Bot)).not.toContain(`Late one #${late}`);
    await button.click();
    await expectTable(page, [{ Bot: /^Late one/ }, { Bot: /^Private/ }, { Bot: /^Lecture/ }, { Bot: /^Sales demo/ }]);
    expect(await select(page, "Lecture").isChecked()).toBe(true);
    await milo.api.stopBot(late);
  });
});

describe("stopping many", () => {
  it("asks, names how many and which, and reports of each", async () => {
    const page = await milo.open("/bots");
    await expectVisible(page.getByRole("row", { name: /Late one/ }));
    expect(await page.getByRole("button", { name: /^Stop bots/ }).getAttribute("aria-disabled")).toBe("true");
    // One of the three has ended meanwhile: it is left alone and said so.
    for (const name of ["Late one", "Private", "Sales demo"]) await select(page, name).click();
    await page.getByRole("button", { name: "Stop 2 bots …" }).click();
    const dialog = page.getByRole("dialog", { name: "Stop 2 bots?" });
    await expectVisible(dialog.getByText("2 bots have not joined yet and will be cancelled."));
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Stop 2 bots" }).click();
    const report = page.getByRole("dialog", { name: "2 of 3 done" });
    await expectVisible(report.getByText("It has ended already."));
    await expectVisible(report.getByRole("listitem").filter({ hasText: "Sales demo" }).getByText("is cancelled."));
    await report.getByRole("button", { name: "Close" }).last().click();
    await search(page).fill("Private");
    await expectTable(page, [{ Bot: /^Private/, Status: "Cancelled", Infra: "–" }]);
    const rows = await milo.database.sql`SELECT name FROM bots WHERE status = 'CANCELLED' ORDER BY name`;
    expect(rows.map(({ name }) => name)).toEqual(["Late one", "Private", "Sales demo"]);
  });
});

describe("sending bots", () => {
  it("says of each field what is wrong, and guesses where the meeting is held", async () => {
    const page = await milo.open("/bots");
    await page.getByRole("button", { name: "Send bots …" }).click();
    const dialog = page.getByRole("dialog", { name: "Send bots" });
    await dialog.getByRole("button", { name: "Send bot", exact: true }).click();
    const url = dialog.getByRole("textbox", { name: "Meeting URL" });
    await expectVisible(dialog.getByText("Enter the address of the meeting, as in its invitation."));
    await expect.poll(() => url.evaluate((element) => element === document.activeElement)).toBe(true);
    await url.fill("https://meet.google.com/abc-defg-hij");
    const platform = dialog.getByRole("combobox", { name: "Meeting platform" });
    await expect.poll(() => platform.getByRole("option").first().textContent()).toBe("Google Meet, by the address");
    await dialog.getByRole("button", { name: "More" }).click();
    await dialog.getByRole("textbox", { name: /^Priority/ }).fill("5000");
    await dialog.getByRole("textbox", { name: /^Name/ }).fill("Quarterly");
    await dialog.getByRole("button", { name: "Send bot", exact: true }).click();
    await expectVisible(dialog.getByText("A whole number from -1000 to 1000."));
    await expectAccessible(page);
    await dialog.getByRole("textbox", { name: /^Priority/ }).fill("50");
    await dialog.getByRole("button", { name: "Send bot", exact: true }).click();
    await expectVisible(page.getByText(/^Bot #\d+ is on its way$/));
    await expectVisible(page.getByRole("row", { name: /Quarterly/ }));
    const [bot] = await milo.database.sql`SELECT priority, meeting_platform FROM bots WHERE name = 'Quarterly'`;
    expect(bot).toMatchObject({ priority: 50, meeting_platform: "google-meet" });
  });

  it("sends one to each of many addresses, and reports of each", async () => {
    const page = await milo.open("/bots");
    await page.getByRole("button", { name: "Send bots …" }).click();
    const dialog = page.getByRole("dialog", { name: "Send bots" });
    await dialog.getByRole("radio", { name: "Many bots" }).click();
    const urls = dialog.getByRole("textbox", { name: "Meeting URLs" });
    await urls.fill("https://zoom.us/j/1?pwd=s3cr3t\nnonsense\nhttps://teams.live.com/meet/2");
    await dialog.getByRole("button", { name: "Send 3 bots" }).click();
    await expectVisible(dialog.getByText(/^Line 2: /));
    await urls.fill("https://zoom.us/j/1?pwd=s3cr3t\nhttps://teams.live.com/meet/2");
    await dialog.getByRole("button", { name: "Send 2 bots" }).click();
    await expectVisible(dialog.getByText("2 bots sent."));
    const report = dialog.getByRole("list", { name: "What came of each" });
    await expect.poll(() => report.getByRole("link", { name: /^#\d+$/ }).count()).toBe(2);
    expect(await report.textContent()).not.toContain("s3cr3t");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect
      .poll(async () =>
        (await readTable(page))
          .slice(0, 2)
          .map((row) => row.Meeting)
          .sort(),
      )
      .toEqual(["Microsoft Teams", "Zoom"]);
  });
});

describe("pages", () => {
  it("goes to older bots and back by cursor", async () => {
    await milo.database.sql`
      INSERT INTO bots (name, meeting_platform, meeting_url, status, finished_at)
      SELECT 'Archive ' || n, 'zoom', 'https://zoom.us/j/' || n, 'DONE', now() FROM generate_series(1, 60) n`;
    const page = await milo.open("/bots?q=Archive");
    await expect.poll(async () => (await readTable(page)).length).toBe(50);
    await page.getByRole("button", { name: "Older" }).click();
    await expect.poll(async () => (await readTable(page)).length).toBe(10);
    await page.reload();
    await expect.poll(async () => (await readTable(page)).length).toBe(10);
    await page.getByRole("button", { name: "Newer" }).click();
    await expect.poll(async () => (await readTable(page)).length).toBe(50);
    await expectVisible(page.getByRole("row", { name: /Archive 60/ }));
  });
});

describe("looks", () => {
  it.each(Object.keys(LOOKS) as Look[])("is accessible and fits its width (%s)", async (look) => {
    const page = await milo.open("/bots?status=QUEUED,IN_CALL,CANCELLED", LOOKS[look]);
    await expectVisible(page.getByRole("row", { name: /Planning/ }));
    await select(page, "Planning").click();
    await keepScreenshot(page, `bots ${look}`);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await page.getByRole("button", { name: "Send bots …" }).click();
    await keepScreenshot(page, `bots send ${look}`);
    await expectNoSidewaysScroll(page);
  });
});
