import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { expectNoSidewaysScroll, expectVisible } from "./testing/expect-page.ts";
import { keepScreenshot, LOOKS } from "./testing/screenshot.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo({ limits: { k8s: 3, aws: 1, coolify: 1 } });
const SLOW_MS = 240_000;

const section = (page: Page, name: RegExp) => page.getByRole("region", { name });

/** The bot is in its call. */
async function sendIntoCall(name: string, meeting: { freeze?: string } = {}): Promise<number> {
  const botId = await milo.api.sendBot({ name, meeting });
  await waitUntil(`${name} is in its call`, async () => {
    const [row] = await milo.database.sql`SELECT status FROM bots WHERE id = ${botId}`;
    return row?.status === "IN_CALL";
  });
  return botId;
}

/** Nothing was heard of the bot for long: it freezes, and then its last heartbeat is set back. */
async function waitUntilSilent(botId: number): Promise<void> {
  await waitUntil("it is silent", async () => {
    const rows = await milo.database.sql`
      UPDATE heartbeats SET at = milo_now() - interval '5 minutes'
      FROM deployments WHERE id = deployment_id AND bot_id = ${botId} AND at < milo_now() - interval '8 seconds'
      RETURNING 1`;
    return rows.length === 1;
  });
}

/** Gives an order to a platform through its dialog. */
async function order(page: Page, platform: "AWS" | "K8s", button: string, reason: string, confirm: RegExp) {
  const part = section(page, new RegExp(`^${platform} \\(`));
  await part.getByRole("button", { name: button }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: confirm }).click();
  await dialog.waitFor({ state: "detached" });
  return part;
}

beforeAll(async () => {
  await sendIntoCall("Talker");
  await sendIntoCall("Listener");
}, 120_000);

describe("an operator's order", () => {
  it("lets a held mass stop go on, and says for how long", { timeout: SLOW_MS }, async () => {
    await milo.dispatcher.kill();
    await milo.database.sql`
      UPDATE platform_checks SET mass_stop_since = now() - interval '3 minutes',
        mass_stop_reason = 'The listing would end 6 of 8 bots' WHERE platform = 'k8s'`;
    const page = await milo.open("/infrastructure");
    const k8s = await order(page, "K8s", "Confirm mass stop …", "the cluster was rebuilt", /^Let it go on$/);
    const alert = k8s.getByRole("alert");
    await expectVisible(alert.getByText("A mass stop on K8s goes on"));
    await expectVisible(alert.getByText(/An operator let it go on: for \d min/));
    await milo.database.sql`UPDATE platform_checks SET mass_stop_since = NULL, mass_stop_reason = NULL,
      mass_stop_confirmed_until = NULL WHERE platform = 'k8s'`;
  });

  it("holds a platform and drains another: each says so with the reason, and bots leave", {
    timeout: SLOW_MS,
  }, async () => {
    const page = await milo.open("/infrastructure");
    const aws = await order(page, "AWS", "Hold …", "quota talks with the vendor", /^Hold AWS/);
    await expectVisible(aws.getByText("On hold: takes no new bots – quota talks with the vendor"));
    const k8s = await order(page, "K8s", "Drain …", "upgrading the cluster", /^Drain K8s: 2 bots leave$/);
    await expectVisible(k8s.getByText("Being drained: takes no new bots, running ones leave – upgrading the cluster"));
    for (const [look, view] of Object.entries(LOOKS)) {
      const other = await milo.open("/infrastructure", view);
      await expectVisible(other.getByText(/^On hold: takes no new bots/));
      await expectNoSidewaysScroll(other);
      await keepScreenshot(other, `infrastructure held and drained ${look}`);
      await other.close();
    }
    await page.getByRole("heading", { name: /^K8s \(0\/3\)/ }).waitFor({ timeout: 90_000 });
    await order(page, "K8s", "Resume …", "", /^Resume K8s/);
    await order(page, "AWS", "Resume …", "", /^Resume AWS/);
    await expect.poll(() => page.getByText(/^(On hold|Being drained)/).count()).toBe(0);
  });

  it("that the container of a silent bot is gone frees its slot", { timeout: SLOW_MS }, async () => {
    const botId = await sendIntoCall("Ghost", { freeze: "after-join" });
    await milo.dispatcher.kill();
    const page = await milo.open("/infrastructure");
    const ghost = page.getByRole("row").filter({ hasText: "Ghost" });
    await waitUntilSilent(botId);
    await ghost.getByRole("button", { name: /^Confirm that/ }).click();
    const dialog = page.getByRole("dialog", { name: "Is the container of Ghost gone?" });
    await dialog.getByLabel("Reason").fill("the node was scrapped");
    await keepScreenshot(page, "infrastructure confirm gone dialog");
    await dialog.getByRole("button", { name: "It is gone" }).click();
    await dialog.waitFor({ state: "detached" });
    await expectVisible(page.getByText("Confirmed gone", { exact: true }));
    await page.getByRole("heading", { name: /^K8s \(0\/3\)/ }).waitFor();
    await keepScreenshot(page, "infrastructure confirm gone done");
  });

  it("replaces a silent bot though its container may run, and says what that may mean", {
    timeout: SLOW_MS,
  }, async () => {
    const botId = await sendIntoCall("Mute", { freeze: "after-join" });
    await milo.dispatcher.kill();
    await waitUntilSilent(botId);
    await milo.database.sql`
      UPDATE deployments SET unreachable_since = now() WHERE bot_id = ${botId} AND phase = 'RUNNING'`;
    const page = await milo.open(`/bots/${botId}`);
    await page.getByRole("button", { name: "Replace anyway …" }).click();
    const dialog = page.getByRole("dialog");
    await expectVisible(dialog.getByText("Two bots may then be in the call"));
    await dialog.getByRole("textbox", { name: "Why" }).fill("The node is on fire");
    await dialog.getByRole("button", { name: "Replace anyway" }).click();
    await dialog.waitFor({ state: "detached" });
    await expectVisible(page.getByText("It is being replaced", { exact: true }));
    await keepScreenshot(page, "bot replaced anyway");
    await milo.dispatcher.start();
    await waitUntil("another container was launched for it", async () => {
      const [row] = await milo.database.sql`SELECT count(*)::int AS n FROM deployments WHERE bot_id = ${botId}`;
      return row?.n === 2;
    });
  });
});

describe("without a dispatcher", () => {
  it("the open pages say so, and no more once one runs", { timeout: SLOW_MS }, async () => {
    const pages = [await milo.open("/infrastructure"), await milo.open("/")] as const;
    const said = (page: Page) => page.getByText(/No dispatcher is running/);
    for (const page of pages) await expect.poll(() => said(page).count()).toBe(0);
    await milo.dispatcher.kill();
    for (const page of pages) await expectVisible(said(page), 60_000);
    await expect.poll(() => pages[0].getByText("Not checked", { exact: true }).count()).toBe(3);
    await expect.poll(() => pages[0].getByText("Unhealthy", { exact: true }).count()).toBe(0);
    await keepScreenshot(pages[0], "infrastructure without a dispatcher");
    await milo.dispatcher.start();
    for (const page of pages) await said(page).waitFor({ state: "detached" });
  });
});
