import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { expectTable, expectVisible } from "./testing/expect-page.ts";
import { useMilo } from "./testing/use-milo.ts";

const milo = useMilo({ limits: { k8s: 2, aws: 0, coolify: 0 } });

/** Nothing is farther away. */
const STEPS_MOST = 60;

/** The focus is there, and whoever looks sees that: it has an outline or a ring, and stands on the screen. */
async function expectFocus(locator: Locator): Promise<void> {
  await expect.poll(() => locator.evaluate((element) => element === document.activeElement)).toBe(true);
  const seen = await locator.evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const isMarked = (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    return { isMarked, isOnScreen: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth };
  });
  expect(seen).toEqual({ isMarked: true, isOnScreen: true });
}

/** Goes there by Tab alone, or with Shift backwards. */
async function tabTo(page: Page, locator: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await locator.waitFor({ state: "visible" });
  for (let step = 0; step < STEPS_MOST; step++) {
    await page.keyboard.press(key);
    if (await locator.evaluate((element) => element === document.activeElement)) return await expectFocus(locator);
  }
  throw new Error(`${STEPS_MOST} times ${key} did not reach ${locator}`);
}

/** Something that a screen reader is told without the focus being there. */
const told = (page: Page, text: RegExp) =>
  expect
    .poll(() => page.locator("[role=status], [role=alert], [aria-live]").allTextContents())
    .toEqual(expect.arrayContaining([expect.stringMatching(text)]));

describe("with the keyboard alone", () => {
  it("an empty list offers the form, which stays when the first bot comes, and a search that finds none leads back", async () => {
    const page = await milo.open("/bots");
    const form = page.getByRole("dialog", { name: "Send bots" });
    const address = form.getByRole("textbox", { name: "Meeting URL" });
    await tabTo(page, page.getByRole("button", { name: "Send bots …" }).last());
    await page.keyboard.press("Enter");
    await expectFocus(address);
    await page.keyboard.type("https://zoom.us/j/41");
    const early = await milo.api.sendBot({ name: "Early" });
    await page.getByText("No bots yet").waitFor({ state: "detached" });
    expect(await address.inputValue()).toBe("https://zoom.us/j/41");
    await expectFocus(address);
    await page.keyboard.press("Escape");
    await expectFocus(page.getByRole("button", { name: "Send bots …" }));

    const search = page.getByRole("searchbox", { name: "Search bots" });
    await tabTo(page, search);
    await page.keyboard.type("nobody");
    await expectVisible(page.getByText("No bot is like this"));
    await tabTo(page, page.getByRole("button", { name: "Clear filters" }).last());
    await page.keyboard.press("Enter");
    await expectFocus(search);
    await expectTable(page, [{ Bot: /^Early/ }]);
    await milo.api.stopBot(early);
  });

  it("a bot is sent, found, opened, stopped and retried, and the focus is never lost", async () => {
    const page = await milo.open("/bots");
    // Below it an empty list has one more.
    const send = page.getByRole("button", { name: "Send bots …" }).first();
    const form = page.getByRole("dialog", { name: "Send bots" });
    await tabTo(page, send);
    await page.keyboard.press("Enter");
    await expectFocus(form.getByRole("textbox", { name: "Meeting URL" }));
    await page.keyboard.press("Escape");
    await expectFocus(send);

    await page.keyboard.press("Enter");
    await tabTo(page, form.getByRole("textbox", { name: "Meeting URL" }));
    await page.keyboard.type("https://zoom.us/j/42");
    await tabTo(page, form.getByRole("button", { name: "More" }));
    await page.keyboard.press("Enter");
    await tabTo(page, form.getByRole("textbox", { name: /^Name/ }));
    await page.keyboard.type("Typed");
    await page.keyboard.press("Enter");
    await told(page, /Bot #\d+ is on its way/);
    await expectFocus(send);

    const search = page.getByRole("searchbox", { name: "Search bots" });
    await tabTo(page, search);
    await page.keyboard.type("nobody");
    await told(page, /^0 bots listed$/);
    await tabTo(page, page.getByRole("button", { name: "Clear filters" }).first());
    await page.keyboard.press("Enter");
    await expectFocus(search);
    await page.keyboard.type("typed");
    await expectTable(page, [{ Bot: /^Typed/ }]);
    await told(page, /^1 bot listed$/);
    await tabTo(page, page.getByRole("link", { name: "Typed" }));
    await page.keyboard.press("Enter");

    await expectFocus(page.getByRole("heading", { name: "Typed", level: 1 }));
    const sent = new URL(page.url()).pathname;
    await told(page, /^In call\./);
    const stop = page.getByRole("button", { name: "Stop …" });
    const question = page.getByRole("dialog", { name: /^Stop bot #\d+\?$/ });
    await tabTo(page, stop);
    await page.keyboard.press("Enter");
    await expectFocus(question.getByRole("button", { name: "Cancel" }));
    await page.keyboard.press("Escape");
    await expectFocus(stop);
    await page.keyboard.press("Enter");
    await tabTo(page, question.getByRole("button", { name: "Stop bot" }));
    await page.keyboard.press("Enter");
    await told(page, /Bot #\d+ is told to stop/);
    await expectFocus(stop);
    await told(page, /^(Done|Cancelled)\./);
    // It cannot be used any more, and says so where one stands.
    expect(await stop.getAttribute("aria-disabled")).toBe("true");
    await expectFocus(stop);

    const retry = page.getByRole("button", { name: "Retry" });
    await tabTo(page, retry, "Shift+Tab");
    // Only once its container is gone.
    await expect.poll(() => retry.getAttribute("aria-disabled")).toBeNull();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== sent);
    await told(page, /Bot #\d+ is sent/);
    await expectFocus(page.getByRole("heading", { name: "Typed", level: 1 }));
    await tabTo(page, page.getByRole("main").getByRole("link", { name: "Bots" }), "Shift+Tab");
    await page.keyboard.press("Enter");
    await expectFocus(page.getByRole("heading", { name: "Bots", level: 1 }));
    await expectTable(page, [{ Bot: /^Typed/ }, { Bot: /^Typed/, Status: "Done" }, { Bot: /^Early/ }]);
  });

  it("bots are selected, stopped and let go of again, and statuses chosen by arrows", async () => {
    const botId = await milo.api.sendBot({ name: "Chosen" });
    const page = await milo.open("/bots?q=Chosen");
    await expectVisible(page.getByRole("row", { name: /Chosen.*In call/ }));
    const box = page.getByRole("checkbox", { name: `Select bot #${botId}, Chosen` });
    await tabTo(page, box);
    await page.keyboard.press("Space");
    await told(page, /^1 bot selected$/);
    await tabTo(page, page.getByRole("button", { name: "Clear", exact: true }), "Shift+Tab");
    await page.keyboard.press("Enter");
    await told(page, /^None selected$/);
    await expectFocus(page.getByText("None selected"));
    await tabTo(page, box);
    await page.keyboard.press("Space");
    const stop = page.getByRole("button", { name: /^Stop (1 bot|bots) …$/ });
    await tabTo(page, stop, "Shift+Tab");
    await page.keyboard.press("Enter");
    const question = page.getByRole("dialog", { name: "Stop 1 bot?" });
    await tabTo(page, question.getByRole("button", { name: "Stop 1 bot" }));
    await page.keyboard.press("Enter");
    await told(page, /1 bot stopped/);
    await expectFocus(stop);

    const menu = page.getByRole("button", { name: /choose statuses$/ });
    await tabTo(page, menu, "Shift+Tab");
    await page.keyboard.press("Enter");
    await expectVisible(page.getByRole("menuitemcheckbox", { name: "Queued" }));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expectFocus(menu);
    expect(new URL(page.url()).searchParams.has("status")).toBe(true);
  });
});
