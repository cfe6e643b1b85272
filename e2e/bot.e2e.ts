import { describe, expect, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, expectVisible } from "./testing/expect-page.ts";
import { keepScreenshot, LOOKS, type Look } from "./testing/screenshot.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo({ limits: { k8s: 2, aws: 6, coolify: 0 } });

async function untilStatus(botId: number, status: string): Promise<void> {
  await waitUntil(`bot ${botId} is ${status}`, async () => {
    const [bot] = await milo.database.sql`SELECT status FROM bots WHERE id = ${botId}`;
    return bot?.status === status;
  });
}

describe("a bot's page", () => {
  it("tells a failover as it happens: the attempt that failed, why, and the one that runs", async () => {
    await milo.emulators.k8s.fail({ match: { operation: "create-job" }, fault: "status", status: 403 });
    const botId = await milo.api.sendBot({ name: "Failover" });
    const page = await milo.open(`/bots/${botId}`);
    await expectVisible(page.getByRole("heading", { name: "Failover", level: 1 }));
    const story = page.getByRole("list", { name: "Story" });
    const failed = story.getByRole("region", { name: "Attempt 1 on K8s" });
    await expectVisible(failed.getByText("Failed", { exact: true }).or(failed.getByText("Never launched")).first());
    const second = story.getByRole("region", { name: "Attempt 2 on AWS" });
    await expectVisible(second.getByText("Running"));
    await expectVisible(story.getByText("In call").first());
    await expectVisible(page.getByRole("region", { name: "Now" }).getByText("In call."));
    await milo.emulators.k8s.recover();
  });

  it("says why a waiting bot waits and what comes next, and follows it into its call without a reload", async () => {
    await milo.dispatcher.kill();
    const botId = await milo.api.sendBot({ name: "Early bird" });
    const page = await milo.open(`/bots/${botId}`);
    const now = page.getByRole("region", { name: "Now" });
    await expectVisible(now.getByText("Queued."));
    await expectVisible(now.getByText(/^Next, in/));
    await expectVisible(now.getByText("Waiting for:"));
    const other = await milo.open(`/bots/${botId}`);
    await milo.dispatcher.start();
    for (const one of [page, other]) {
      await expectVisible(one.getByRole("region", { name: "Now" }).getByText("In call."));
      await expectVisible(one.getByRole("region", { name: "Now" }).getByText("Last heartbeat:"));
    }
    await milo.api.stopBot(botId);
  });

  it("stops a bot after a question, and sends another one with its request", async () => {
    const botId = await milo.api.sendBot({ name: "To be stopped" });
    await untilStatus(botId, "IN_CALL");
    const page = await milo.open(`/bots/${botId}`);
    const retry = page.getByRole("button", { name: "Retry" });
    expect(await retry.getAttribute("aria-disabled")).toBe("true");
    await expectVisible(page.getByRole("button", { name: "Replace anyway …" }));
    expect(await page.getByRole("button", { name: "Replace anyway …" }).getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("button", { name: "Stop …" }).click();
    const dialog = page.getByRole("dialog", { name: `Stop bot #${botId}?` });
    await expectVisible(dialog.getByText(/will be told to leave its meeting/));
    await dialog.getByRole("button", { name: "Stop bot" }).click();
    await expectVisible(page.getByRole("region", { name: "Now" }).getByText("Done."));
    await expect.poll(() => retry.getAttribute("aria-disabled")).toBeNull();
    await retry.click();
    await page.waitForURL((url) => url.pathname !== `/bots/${botId}`);
    const next = Number(new URL(page.url()).pathname.split("/").at(-1));
    await expectVisible(page.getByRole("heading", { name: "To be stopped", level: 1 }));
    await untilStatus(next, "IN_CALL");
    await milo.api.stopBot(next);
  });

  it("replaces a bot that cannot be reached, and says that two may then be in the call", async () => {
    milo.tolerate(/409/);
    const botId = await milo.api.sendBot({ name: "Silent" });
    await untilStatus(botId, "IN_CALL");
    // The dispatcher would find that it is heard after all.
    await milo.dispatcher.stop();
    await milo.database.sql`
      UPDATE deployments SET unreachable_since = now() WHERE bot_id = ${botId} AND phase = 'RUNNING'`;
    const page = await milo.open(`/bots/${botId}`);
    await page.getByRole("button", { name: "Replace anyway …" }).click();
    const dialog = page.getByRole("dialog");
    await expectVisible(dialog.getByText("Two bots may then be in the call"));
    await dialog.getByRole("button", { name: "Replace anyway" }).click();
    await expectVisible(dialog.getByRole("alert").filter({ hasText: "Say why" }));
    await dialog.getByRole("textbox", { name: "Why" }).fill("The node is on fire");
    await dialog.getByRole("button", { name: "Replace anyway" }).click();
    // It was heard a moment ago, so the server refuses, and what it says is said.
    await expectVisible(dialog.getByRole("alert").filter({ hasText: /sign of life/ }));
    await milo.dispatcher.start();
    await milo.api.stopBot(botId);
    await untilStatus(botId, "DONE");
  });

  it("shows what was left of a container that crashed, and the raw record without secrets", async () => {
    const botId = await milo.api.sendBot({ name: "Crash", meeting: { crash: "mid-call", call: "2s" } });
    await untilStatus(botId, "FATAL");
    const page = await milo.open(`/bots/${botId}`);
    await expectVisible(page.getByRole("button", { name: /^Post-mortem/ }).first());
    await page.getByRole("button", { name: "Raw record" }).click();
    const record = page.getByRole("region", { name: "raw record" });
    await expectVisible(record);
    expect(await record.textContent()).toContain(`"id": ${botId}`);
    expect(await page.content()).not.toContain("crash=mid-call");
    await expectVisible(page.getByRole("button", { name: "Copy as API call" }));
  });

  it("says when there is no such bot", async () => {
    milo.tolerate(/404/);
    for (const path of ["/bots/2000000000", "/bots/nonsense", "/bots/0"]) {
      const page = await milo.open(path);
      await expectVisible(page.getByRole("heading", { name: /^There is no (such bot|bot \d+)$/, level: 1 }));
      await page.getByRole("link", { name: "To all bots" }).click();
      await expectVisible(page.getByRole("heading", { name: "Bots", level: 1 }));
    }
  });

  it.each(Object.keys(LOOKS) as Look[])("is accessible and fits its width (%s)", async (look) => {
    const [bot] = await milo.database.sql`SELECT id FROM bots WHERE name = 'Failover'`;
    const page = await milo.open(`/bots/${Number(bot?.id)}`, LOOKS[look]);
    await expectVisible(page.getByRole("list", { name: "Story" }));
    await keepScreenshot(page, `bot ${look}`);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});
