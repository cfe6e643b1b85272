import type { Page } from "playwright-core";
import { beforeAll, describe, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, expectVisible } from "./testing/expect-page.ts";
import { keepScreenshot, LOOKS } from "./testing/screenshot.ts";
import { useMilo } from "./testing/use-milo.ts";
import { waitUntil } from "./testing/wait-until.ts";

const milo = useMilo({ limits: { k8s: 3, aws: 1, coolify: 1 } });
const ids = new Map<string, number>();

const section = (page: Page, name: RegExp) => page.getByRole("region", { name });
const deployments = (page: Page, platform: string) =>
  page.getByRole("region", { name: `Deployments on ${platform}`, exact: true });

/** Pictures of a state that is hard to come by, at every look. */
async function picture(name: string): Promise<void> {
  for (const [look, view] of Object.entries(LOOKS)) {
    const page = await milo.open("/infrastructure", view);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await keepScreenshot(page, `${name} ${look}`);
  }
}

beforeAll(async () => {
  for (const name of ["Silent one", "Stubborn one", "Talker"]) ids.set(name, await milo.api.sendBot({ name }));
  await waitUntil("all three are in their calls", async () => {
    const [row] = await milo.database.sql`SELECT count(*)::int AS n FROM bots WHERE status = 'IN_CALL'`;
    return row?.n === 3;
  });
}, 90_000);

describe("what goes wrong on a platform", () => {
  it("is a held mass stop: what it would end and whether that speaks, with the word to be asked for", async () => {
    await milo.dispatcher.kill();
    await milo.database.sql`
      UPDATE platform_checks SET mass_stop_since = now() - interval '3 minutes',
        mass_stop_reason = 'The listing would end 6 of 8 bots' WHERE platform = 'k8s'`;
    const page = await milo.open("/infrastructure");
    const alert = section(page, /^K8s \(/).getByRole("alert");
    await expectVisible(alert.getByText("A mass stop on K8s is held"));
    await expectVisible(alert.getByText(/would end 6 of 8 bots, since [34] min ago\. Something that it would end/));
    await picture("infrastructure mass stop");
    await alert.getByRole("button", { name: "Confirm mass stop …" }).click();
    await expectVisible(page.getByRole("dialog", { name: "Let the mass stop on K8s go on?" }));
    await keepScreenshot(page, "infrastructure mass stop dialog");
    await milo.database.sql`UPDATE platform_checks SET mass_stop_since = NULL, mass_stop_reason = NULL
      WHERE platform = 'k8s'`;
  });

  it("is a container that cannot be reached, or does not take its stop: both are said, with since when", async () => {
    await milo.dispatcher.kill();
    await milo.database.sql`
      UPDATE deployments SET unreachable_since = now() - interval '4 minutes' WHERE bot_id = ${ids.get("Silent one") ?? 0}`;
    await milo.database.sql`
      UPDATE deployments SET phase = 'STOPPING', stop_overdue_since = now() - interval '2 minutes'
      WHERE bot_id = ${ids.get("Stubborn one") ?? 0}`;
    const page = await milo.open("/infrastructure");
    await expectVisible(deployments(page, "K8s").getByText(/Stop not taken since 2 min ago/));
    await picture("infrastructure unreachable");
    await milo.database.sql`UPDATE deployments SET unreachable_since = NULL, stop_overdue_since = NULL`;
  });

  it("is a breaker that is open: why, since when, and when it is tried again", async () => {
    await milo.dispatcher.kill();
    await milo.database.sql`
      UPDATE platforms SET breaker_state = 'open', breaker_since = now() - interval '90 seconds',
        breaker_open_until = now() + interval '200 seconds', breaker_openings = 2,
        breaker_reason = '3 starts in a row failed: the API answered 503' WHERE platform = 'aws'`;
    const page = await milo.open("/infrastructure");
    const aws = section(page, /^AWS \(/);
    await expectVisible(aws.getByText("Takes no bots after failures – 3 starts in a row failed: the API answered 503"));
    await expectVisible(aws.getByText(/tried again in \d min/));
    await picture("infrastructure breaker open");
    await milo.database.sql`UPDATE platforms SET breaker_state = 'closed', breaker_open_until = NULL,
      breaker_reason = NULL WHERE platform = 'aws'`;
  });
});
