import { expect, it } from "vitest";
import { ask } from "./ask.ts";
import { toReports } from "./item-reports.ts";

it("each item of a bulk action is reported by its name, done or why not", () => {
  const results = [
    { id: 1, ok: true },
    { id: 2, ok: false, code: "RUNNING", message: "Bot 2 waits no more" },
  ];
  expect(toReports(results, (id) => `Bot ${id}`, "was cancelled")).toEqual([
    { key: 1, label: "Bot 1", ok: true, text: "was cancelled" },
    { key: 2, label: "Bot 2", ok: false, text: "Bot 2 waits no more" },
  ]);
});

it("an order that fails says so in words for who gave it", async () => {
  const refusal = { message: "It has ended already.", data: { code: "CONFLICT" } };
  await expect(ask(Promise.reject(refusal))).rejects.toThrow("This has changed meanwhile. It has ended already");
  await expect(ask(Promise.resolve(7))).resolves.toBe(7);
});
