import { beforeAll, describe, expect, it } from "vitest";
import { expectTable, expectVisible } from "./testing/expect-page.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo({ limits: { k8s: 1, aws: 0, coolify: 0 } });
let holder = 0;

beforeAll(async () => {
  holder = await milo.api.sendBot({ name: "Board meeting" });
  await milo.api.sendBot({ name: "Sales demo", meetingPlatform: "google-meet" });
  await milo.api.sendBot({ name: "Lecture" });
});

describe("the infrastructure page", () => {
  it("heads each platform's section with its use and limit, in the order of priority", async () => {
    const page = await milo.open("/infrastructure");
    const headings = page.getByRole("heading", { level: 2, name: /^(K8s|AWS|Coolify) \(\d+\/\d+\)$/ });
    await expect.poll(() => headings.allTextContents()).toEqual(["K8s (1/1)", "AWS (0/0)", "Coolify (0/0)"]);
  });

  it("counts a platform's bots by what they do", async () => {
    const page = await milo.open("/infrastructure");
    const running = page.getByRole("term").filter({ hasText: /^Running$/ });
    await expectVisible(running.first());
    const count = running.first().locator("xpath=following-sibling::*");
    await expect.poll(() => count.textContent()).toBe("1");
  });

  it("lists the bots that wait, and lets one go when a place becomes free", async () => {
    const page = await milo.open("/infrastructure");
    const waiting = page.getByRole("region", { name: "Waiting bots" });
    await expectTable(waiting, [
      { Position: "1", Bot: "Sales demo", "Why it waits": /K8s/ },
      { Position: "2", Bot: "Lecture" },
    ]);
    await milo.api.stopBot(holder);
    await expectTable(waiting, [{ Position: "1", Bot: "Lecture" }]);
  });

  it("follows a change of priority", async () => {
    const page = await milo.open("/infrastructure");
    const urgent = await milo.api.sendBot({ name: "Incident review", priority: 5 });
    await expectTable(page.getByRole("region", { name: "Waiting bots" }), [
      { Position: "1", Bot: "Incident review" },
      { Position: "2", Bot: "Lecture" },
    ]);
    await milo.api.mutate("queue.cancel", { botIds: [urgent] });
    await expectTable(page.getByRole("region", { name: "Waiting bots" }), [{ Position: "1", Bot: "Lecture" }]);
    await waitUntil("the database has it cancelled", async () => {
      const [bot] = await milo.database.sql`SELECT status FROM bots WHERE id = ${urgent}`;
      return bot?.status === "CANCELLED";
    });
  });
});
