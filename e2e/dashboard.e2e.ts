import { describe, expect, it } from "vitest";
import { expectVisible } from "./testing/expect-page.ts";
import { useMilo } from "./testing/use-milo.ts";

const milo = useMilo({ limits: { k8s: 1, aws: 0, coolify: 0 } });

describe("the dashboard", () => {
  it("shows every platform with its use and limit, and how many bots wait, as it happens", async () => {
    const page = await milo.open("/");
    await expectVisible(page.getByRole("heading", { name: "Dashboard" }));
    await expectVisible(page.getByText("K8s (0/1)"));
    expect(await page.getByText(/Queue: \d+ bots? waiting/).count()).toBe(0);

    await milo.api.sendBot();
    await expectVisible(page.getByText("K8s (1/1)"));
    await milo.api.sendBot();
    await expectVisible(page.getByText("Queue: 1 bot waiting", { exact: true }));
    await milo.api.sendBot();
    await expectVisible(page.getByText("Queue: 2 bots waiting", { exact: true }));
  });

  it("folds the platforms away and leads to the infrastructure page", async () => {
    const page = await milo.open("/");
    const platform = page.getByText(/^K8s \(\d+\/1\)$/);
    await page.getByText("Platforms", { exact: true }).click();
    await platform.waitFor({ state: "hidden" });
    await page.getByText("Platforms", { exact: true }).click();
    await expectVisible(platform);

    await page.getByRole("main").getByRole("link", { name: "Infrastructure" }).click();
    await expectVisible(page.getByRole("heading", { name: "Infrastructure", level: 1 }));
    expect(new URL(page.url()).pathname).toBe("/infrastructure");
  });
});
