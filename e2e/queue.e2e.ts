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

const milo = useMilo({ limits: { k8s: 1, aws: 0, coolify: 0 } });
const ids = new Map<string, number>();

const waiting = (page: Page) => page.getByRole("region", { name: "Waiting bots" });
const names = async (page: Page) => (await readTable(waiting(page))).map(({ Bot = "" }) => Bot.split(" #")[0]);
const expectNames = (page: Page, wanted: readonly string[]) => expect.poll(() => names(page)).toEqual(wanted);
const select = (page: Page, name: string) =>
  waiting(page)
    .getByRole("checkbox", { name: new RegExp(`^Select ${name} `) })
    .click();

/** Why a button cannot be used, as it is spoken. */
async function spoken(page: Page, button: ReturnType<Page["getByRole"]>): Promise<string> {
  const id = await button.getAttribute("aria-describedby");
  return id === null ? "" : ((await page.locator(`[id="${id}"]`).textContent()) ?? "");
}

beforeAll(async () => {
  for (const name of ["Holder", "Alpha", "Bravo", "Charlie", "Delta", "Echo"]) {
    ids.set(name, await milo.api.sendBot({ name }));
  }
}, 60_000);

describe("the queue", () => {
  it("says of each bot its place, why it waits and what comes next, counting down", async () => {
    const page = await milo.open("/infrastructure#queue");
    await expectVisible(page.getByRole("heading", { name: "Queue: 5 bots waiting", exact: true }));
    const next = /^K8s is full \(1\/1\); tries \w+ in \d+ min/;
    await expectTable(waiting(page), [
      { Position: "1", Bot: /^Alpha #\d+/, Meeting: "Zoom", Priority: "0", "Why it waits": next },
      { Position: "2", Bot: /^Bravo/, Waited: /\d+ s$/, "Gives up in": /^\d+ h/ },
      { Position: "3", Bot: /^Charlie/ },
      { Position: "4", Bot: /^Delta/ },
      { Position: "5", Bot: /^Echo/ },
    ]);
    const before = (await readTable(waiting(page)))[0];
    await expect
      .poll(async () => (await readTable(waiting(page)))[0]?.["Why it waits"])
      .not.toBe(before?.["Why it waits"]);
  });

  it("offers nothing for many while none is selected, and says why", async () => {
    const page = await milo.open("/infrastructure");
    const cancel = page.getByRole("button", { name: "Cancel bots …" });
    expect(await cancel.getAttribute("aria-disabled")).toBe("true");
    const reason = page.locator(`[id="${await cancel.getAttribute("aria-describedby")}"]`);
    expect(await reason.textContent()).toBe("Select bots first");
  });

  it("stands still while a row is selected, and shows what came when asked to", async () => {
    const page = await milo.open("/infrastructure");
    const all = ["Alpha", "Bravo", "Charlie", "Delta", "Echo"];
    await expectNames(page, all);
    await select(page, "Delta");
    const urgent = await milo.api.sendBot({ name: "Urgent", priority: 100 });
    const show = page.getByRole("button", { name: "1 change — show" });
    await expectVisible(show);
    expect(await names(page)).toEqual(all);
    await show.click();
    await expectNames(page, ["Urgent", ...all]);
    expect(
      await waiting(page)
        .getByRole("checkbox", { name: /^Select Delta/ })
        .isChecked(),
    ).toBe(true);
    await select(page, "Delta");
    await milo.api.mutate("queue.cancel", { botIds: [urgent] });
    await expectNames(page, all);
  });

  it("says of a row that is held still what became of its bot, and how many can still be taken out", async () => {
    const page = await milo.open("/infrastructure");
    const gone = await milo.api.sendBot({ name: "Goner" });
    await expectVisible(waiting(page).getByText("Goner"));
    await select(page, "Goner");
    await select(page, "Echo");
    await milo.api.mutate("queue.cancel", { botIds: [gone] });
    const cancel = waiting(page).getByRole("button", { name: /^Take Goner / });
    await expect.poll(() => spoken(page, cancel)).toBe("It waits no more: it was taken out of the queue");
    await page.getByRole("button", { name: "Cancel 1 of 2 bots …" }).click();
    await expectVisible(page.getByRole("dialog", { name: "Cancel 1 bot?" }).getByText(/^Echo /));
    await page.keyboard.press("Escape");
    await select(page, "Echo");
    const none = page.getByRole("button", { name: "Cancel 0 of 1 bot …" });
    expect(await spoken(page, none)).toBe("It waits no more: it was taken out of the queue");
    await select(page, "Goner");
    await expectNames(page, ["Alpha", "Bravo", "Charlie", "Delta", "Echo"]);
  });

  it("counts by the server's clock for a viewer whose own is half an hour fast", async () => {
    const honest = await milo.open("/infrastructure");
    const page = await milo.open("/");
    await page.addInitScript(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 30 * 60_000;
    });
    await page.goto(new URL("/infrastructure", milo.url).href);
    await expectNames(page, ["Alpha", "Bravo", "Charlie", "Delta", "Echo"]);
    const minutes = async (one: Page, column: string) =>
      /^(\d+ h )?(\d+) (min|s)/.exec((await readTable(waiting(one)))[0]?.[column] ?? "")?.[0];
    await expect.poll(() => minutes(page, "Waited")).toMatch(/^([0-9] min|\d+ s)$/);
    await expect
      .poll(async () => (await minutes(page, "Gives up in")) === (await minutes(honest, "Gives up in")))
      .toBe(true);
  });

  it("is a click away from the top of the page, also where it is far down", async () => {
    const page = await milo.open("/infrastructure", { width: 390, height: 844 });
    await page.getByRole("link", { name: "Queue: 5 bots waiting" }).click();
    await expect
      .poll(() => waiting(page).evaluate((table) => table.getBoundingClientRect().top < window.innerHeight))
      .toBe(true);
  });

  it("takes one bot out after asking, and gives the focus back when it is not to", async () => {
    const page = await milo.open("/infrastructure");
    const cancel = waiting(page).getByRole("button", { name: /^Take Echo \(#\d+\) out of the queue/ });
    await cancel.click();
    await page.getByRole("dialog").getByRole("button", { name: "Let it wait" }).click();
    await expect.poll(() => cancel.evaluate((button) => button === document.activeElement)).toBe(true);
    await cancel.click();
    const dialog = page.getByRole("dialog", { name: "Cancel 1 bot?" });
    await expectVisible(dialog.getByText(/^Echo \(#\d+\)$/));
    await dialog.getByRole("button", { name: "Cancel 1 bot" }).click();
    await expectNames(page, ["Alpha", "Bravo", "Charlie", "Delta"]);
    const [bot] = await milo.database.sql`SELECT status FROM bots WHERE id = ${ids.get("Echo") ?? 0}`;
    expect(bot?.status).toBe("CANCELLED");
  });

  it("takes many out and reports what came of each", async () => {
    const page = await milo.open("/infrastructure");
    await expectNames(page, ["Alpha", "Bravo", "Charlie", "Delta"]);
    await select(page, "Alpha");
    await select(page, "Bravo");
    await page.getByRole("button", { name: "Cancel 2 bots …" }).click();
    const asked = page.getByRole("dialog", { name: "Cancel 2 bots?" });
    await expect.poll(() => asked.getByRole("listitem").count()).toBe(2);
    await milo.api.mutate("queue.cancel", { botIds: [ids.get("Bravo")] });
    await asked.getByRole("button", { name: "Cancel 2 bots" }).click();
    const report = page.getByRole("dialog", { name: "1 of 2 done" });
    await expectVisible(report.getByRole("listitem").filter({ hasText: /^Bravo .*ended already/ }));
    await expectVisible(report.getByRole("listitem").filter({ hasText: /^Alpha .*was cancelled/ }));
    await report.getByRole("button", { name: "Close" }).last().click();
    await expectNames(page, ["Charlie", "Delta"]);
  });

  it("refuses what is no priority, and has the dispatcher take the one it is given", async () => {
    const page = await milo.open("/infrastructure");
    await waiting(page)
      .getByRole("button", { name: /^0: change the priority of Delta/ })
      .click();
    const dialog = page.getByRole("dialog", { name: /^Change the priority of Delta/ });
    await dialog.getByLabel("Priority").fill("5000");
    await dialog.getByRole("button", { name: "Set priority" }).click();
    await expectVisible(dialog.getByText("A whole number from −1000 to 1000", { exact: true }));
    await dialog.getByLabel("Priority").fill("50");
    await dialog.getByRole("button", { name: "Set priority" }).click();
    await expectTable(waiting(page), [
      { Position: "1", Bot: /^Delta/, Priority: "50" },
      { Position: "2", Bot: /^Charlie/, Priority: "0" },
    ]);
    await milo.api.stopBot(ids.get("Holder") ?? 0);
    await expectNames(page, ["Charlie"]);
    await waitUntil("Delta has the slot", async () => {
      const [row] = await milo.database.sql`
        SELECT count(*)::int AS n FROM deployments WHERE bot_id = ${ids.get("Delta") ?? 0} AND phase <> 'ENDED'`;
      return row?.n === 1;
    });
  });

  it("fits 390 px with its reasons in sight, and is accessible with a selection", async () => {
    const page = await milo.open("/infrastructure", { width: 390, height: 844 });
    await expectVisible(
      waiting(page)
        .getByText(/^K8s is full \(1\/1\);$/)
        .first(),
    );
    await select(page, "Charlie");
    await expectVisible(page.getByRole("button", { name: "Cancel 1 bot …" }));
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });

  it("is read page by page", async () => {
    const meetingUrl = "https://meet.example/e2e?call=1h";
    const bots = Array.from({ length: 54 }, (_, n) => ({ name: `Bulk ${n}`, meetingPlatform: "zoom", meetingUrl }));
    await milo.api.mutate("bots.createMany", { bots });
    const page = await milo.open("/infrastructure");
    const pages = page.getByRole("navigation", { name: "Pages of the queue" });
    await expectVisible(pages.getByText("1 to 50 of 55"));
    await pages.getByRole("button", { name: "Further back" }).click();
    await expectVisible(pages.getByText("51 to 55 of 55"));
    expect((await readTable(waiting(page))).map(({ Position }) => Position)).toEqual(["51", "52", "53", "54", "55"]);
    await pages.getByRole("button", { name: "Towards the front" }).click();
    await expectVisible(pages.getByText("1 to 50 of 55"));
  });
});
