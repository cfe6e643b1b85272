import { expect, it } from "vitest";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { countChanges } from "../_live/hold-rows.ts";
import { botPrint } from "./bots-hold.ts";

const bot = (id: number, change: Partial<ListedBot> = {}) => ({ id, status: "QUEUED", ...change }) as ListedBot;
const count = (held: ListedBot[], latest: ListedBot[]) =>
  countChanges(held, latest, { keyOf: ({ id }) => id, printOf: botPrint });

it("counts what came, went and changed, and no countdown", () => {
  const next = { what: "tries AWS", at: new Date(42_000) };
  const waits = { cause: "K8s is full (3/3)", next };
  const held = [bot(3), bot(2, { ...waits, reason: "K8s is full (3/3); tries AWS in 42 s" }), bot(1)];
  expect(count(held, held)).toBe(0);
  expect(count(held, [bot(3), bot(2, { ...waits, reason: "K8s is full (3/3); tries AWS in 7 s" }), bot(1)])).toBe(0);
  expect(
    count(held, [
      bot(4),
      bot(3, { status: "DEPLOYING" }),
      bot(2, { reason: "AWS is full", cause: "AWS is full", next }),
    ]),
  ).toBe(4);
});
