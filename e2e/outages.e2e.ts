import { describe, expect, it } from "vitest";
import { expectVisible } from "./testing/expect-page.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo();

describe("an outage", () => {
  it("of the database is said on a page that is opened, and open pages catch up once it is back", async () => {
    milo.tolerate(/Failed to load resource/);
    const open = await milo.open("/infrastructure");
    await expectVisible(open.getByText("K8s (0/3)", { exact: true }));
    await milo.database.stop();
    const fresh = await milo.open("/infrastructure");
    await expectVisible(fresh.getByRole("alert").filter({ hasText: "database" }).first());
    await milo.database.start();
    await milo.api.sendBot();
    for (const page of [open, fresh]) await expectVisible(page.getByText("K8s (1/3)", { exact: true }));
  });

  it("of the dispatcher loses no bot: it starts once the dispatcher is back", async () => {
    await milo.dispatcher.kill();
    const botId = await milo.api.sendBot({ name: "Early bird" });
    const page = await milo.open("/infrastructure");
    const waiting = page.getByRole("region", { name: "Waiting bots" }).getByRole("rowheader", { name: "Early bird" });
    await expectVisible(waiting);
    await milo.dispatcher.start();
    await waiting.waitFor({ state: "detached" });
    await waitUntil("it is in its call", async () => {
      const [bot] = await milo.database.sql`SELECT status FROM bots WHERE id = ${botId}`;
      return bot?.status === "IN_CALL";
    });
  });

  it("of web ends no bot, and its pages are there again at the same address", async () => {
    await milo.api.sendBot();
    await milo.web.kill();
    await milo.web.start();
    const page = await milo.open("/");
    await expectVisible(page.getByText(/^K8s \([1-3]\/3\)$/));
    expect(new URL(page.url()).origin).toBe(milo.url);
  });

  it("of a platform is said beside its name, and so is its end", async () => {
    const page = await milo.open("/infrastructure");
    const healthy = page.getByText("Healthy", { exact: true });
    await expect.poll(() => healthy.count()).toBe(3);
    await milo.emulators.coolify.freeze();
    await expect.poll(() => healthy.count(), { timeout: 40_000 }).toBe(2);
    await milo.emulators.coolify.recover();
    await expect.poll(() => healthy.count(), { timeout: 40_000 }).toBe(3);
  });
});
