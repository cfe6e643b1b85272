import { describe, expect, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, expectVisible } from "./testing/expect-page.ts";
import { keepScreenshot, LOOKS, type Look } from "./testing/screenshot.ts";
import { useMilo } from "./testing/use-milo.ts";

const TOKEN = "e2e-access-token-0123456789";
const milo = useMilo({ accessToken: TOKEN });

describe("a milo with an access token", () => {
  it("lets in who knows it, to the page that was asked for", async () => {
    milo.tolerate(/401/);
    const page = await milo.open("/infrastructure");
    const token = page.getByLabel("Access token");
    await token.fill("not the token");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expectVisible(page.getByRole("alert").filter({ hasText: "That is not the access token." }));
    await token.fill(TOKEN);
    await token.press("Enter");
    await expectVisible(page.getByRole("heading", { name: "Infrastructure", level: 1 }));
    expect(new URL(page.url()).pathname).toBe("/infrastructure");
  });

  it("keeps a viewer signed in, and nobody else", async () => {
    milo.tolerate(/401/);
    const page = await milo.open("/");
    await page.getByLabel("Access token").fill(TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expectVisible(page.getByRole("heading", { name: "Dashboard" }));
    const second = await milo.open("/", { besides: page });
    await expectVisible(second.getByRole("heading", { name: "Dashboard" }));
    const stranger = await milo.open("/");
    await expectVisible(stranger.getByLabel("Access token"));
  });

  it("has the live stream for who is signed in, and says to who is no longer so how to go on", async () => {
    milo.tolerate(/401|Failed to load resource|ERR_/);
    const page = await milo.open("/infrastructure");
    const signIn = async () => {
      await page.getByLabel("Access token").fill(TOKEN);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expectVisible(page.getByRole("status").filter({ hasText: /^Live$/ }));
    };
    await signIn();
    await page.context().clearCookies();
    await milo.web.kill();
    await milo.web.start();
    await expectVisible(page.getByRole("status").filter({ hasText: "Signed out" }));
    await page.getByRole("button", { name: "Sign in" }).click();
    await signIn();
    expect(new URL(page.url()).pathname).toBe("/infrastructure");
  });

  it.each(Object.keys(LOOKS) as Look[])("asks for it on a page that is accessible (%s)", async (look) => {
    milo.tolerate(/401/);
    const page = await milo.open("/", LOOKS[look]);
    await expectVisible(page.getByLabel("Access token"));
    await keepScreenshot(page, `sign-in ${look}`);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});
