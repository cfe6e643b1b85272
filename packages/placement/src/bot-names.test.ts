import { expect, it } from "vitest";
import { formatBotId, nameBot, nameBotInFull } from "./bot-names.ts";

it("names a bot by its number in one way wherever it stands", () => {
  expect(formatBotId(9)).toBe("#9");
  expect(nameBot(9)).toBe("Bot #9");
  expect(`Stop ${nameBot(9, "within")}?`).toBe("Stop bot #9?");
});

it("names a bot by both its name and its number, and by the number alone when it has no name", () => {
  expect(nameBotInFull({ id: 9, name: "Weekly" })).toBe("Weekly (#9)");
  expect([null, ""].map((name) => nameBotInFull({ id: 9, name }))).toEqual(["Bot #9", "Bot #9"]);
});
