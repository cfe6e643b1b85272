import { beforeAll, describe, expect, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, expectVisible, readTable } from "./testing/expect-page.ts";
import { useMilo } from "./testing/use-milo.ts";

const milo = useMilo({ limits: { k8s: 1, aws: 0, coolify: 0 } });
const TABLE = "Use against limits";

/** Three hours ago K8s was full for 30 min; before that no dispatcher ran for 20 min. */
beforeAll(async () => {
  await milo.database.sql`
    INSERT INTO capacity_samples (at, platform, used, bot_limit, waiting)
    SELECT at, platform, CASE WHEN platform = 'k8s' AND age <= 180 AND age > 150 THEN 1 ELSE 0 END,
      CASE platform WHEN 'k8s' THEN 1 ELSE 0 END, CASE WHEN age <= 170 AND age > 160 THEN 4 ELSE 0 END
    FROM generate_series(2, 400) AS age, unnest('{k8s,aws,coolify}'::text[]) AS platform,
      LATERAL (SELECT date_bin('10 minutes', now(), 'epoch') - age * interval '1 minute' AS at) AS minute
    WHERE age NOT BETWEEN 201 AND 220
    ON CONFLICT DO NOTHING`;
});

describe("the capacity view", () => {
  it("says in words where limits bound, how long bots waited and what is not known", async () => {
    const page = await milo.open("/capacity");
    await expectVisible(page.getByRole("heading", { name: "Capacity", level: 1 }));
    expect(await page.title()).toBe("Capacity · milo");
    await expectVisible(page.getByRole("heading", { name: "The last 6 h" }));
    await expectVisible(
      page.getByRole("region", { name: "All platforms (0/1)" }).getByText(/Nothing is known of 2\d min/),
    );
    await expectVisible(page.getByRole("region", { name: "K8s (0/1)" }).getByText(/^At its limit for 3\d min of/));
    await expectVisible(page.getByRole("region", { name: "AWS (0/0)" }).getByText(/^Never at its limit/));
    await expectVisible(
      page.getByRole("region", { name: "Queue" }).getByText(/^Bots waited for 1\d min .*, 4 at most$/),
    );
  });

  it("keeps the span of time in the address, over a reload", async () => {
    const page = await milo.open("/capacity");
    await page.getByRole("radio", { name: "1 h", exact: true }).click();
    await expectVisible(page.getByRole("heading", { name: "The last 1 h" }));
    await expectVisible(page.getByRole("region", { name: "Queue" }).getByText(/^No bot waited in the last 1 h/));
    expect(new URL(page.url()).search).toBe("?span=1h");
    await page.reload();
    await expectVisible(page.getByRole("heading", { name: "The last 1 h" }));
    expect(await page.getByRole("radio", { name: "1 h", exact: true }).getAttribute("aria-checked")).toBe("true");
  });

  it("shows a slot that is taken and bots that wait as it happens, also in its table", async () => {
    const page = await milo.open("/capacity?span=1h");
    await expectVisible(page.getByRole("region", { name: "K8s (0/1)" }));
    await milo.api.sendBot();
    const k8s = page.getByRole("region", { name: "K8s (1/1)" });
    await expectVisible(k8s.getByText("Full", { exact: true }));
    await milo.api.sendBot();
    await expectVisible(page.getByRole("region", { name: "Queue: 1 bot waiting" }));

    await page.getByRole("button", { name: "Table" }).click();
    const now = async () => (await readTable(page, TABLE))[0];
    await expect.poll(now).toMatchObject({ Time: "Now", K8s: "At its limit 1 of 1", AWS: "0 of 0", Waiting: "1" });
    await milo.api.sendBot();
    await expect.poll(now).toMatchObject({ Waiting: "2" });
  });

  it("shows times without a dispatcher as gaps in its table", async () => {
    const page = await milo.open("/capacity");
    await page.getByRole("button", { name: "Table" }).click();
    const rows = await readTable(page, TABLE);
    const gaps = rows.filter((row) => row.Waiting === "–");
    expect(gaps.length).toBeGreaterThanOrEqual(9);
    for (const gap of gaps) expect(gap).toMatchObject({ K8s: "–", AWS: "–", Coolify: "–" });
  });

  it("is accessible and fits 390 px, as charts and as a table", async () => {
    const page = await milo.open("/capacity", { width: 390, height: 844 });
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await page.getByRole("button", { name: "Table" }).click();
    await expectVisible(page.getByRole("table", { name: TABLE }));
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });

  it("says when the database does not answer, and catches up by itself", async () => {
    milo.tolerate(/Failed to load resource/);
    const page = await milo.open("/capacity");
    await expectVisible(page.getByRole("region", { name: "K8s (1/1)" }));
    await milo.database.stop();
    await expectVisible(page.getByText(/The database does not answer\. What is shown is from before/));
    const fresh = await milo.open("/capacity");
    await expectVisible(fresh.getByRole("alert").filter({ hasText: "database" }));
    await milo.database.start();
    await expectVisible(fresh.getByRole("region", { name: "K8s (1/1)" }), 60_000);
  });
});
