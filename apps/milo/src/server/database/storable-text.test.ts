import { expect, it } from "vitest";
import { keepSecret } from "#server/logging/known-secrets.ts";
import { storableText } from "./storable-text.ts";

it.each([
  ["half an emoji at a cut", "left \ud83d", "left \ufffd"],
  ["a NUL", "a\u0000b", "ab"],
  ["a whole emoji", "👋 Zoë", "👋 Zoë"],
])("makes %s storable", (_, text, stored) => {
  expect(storableText(text)).toBe(stored);
});

it("hides a secret whole, though it holds what ends a password in an address", () => {
  keepSecret("hunter2@longsecret");
  expect(storableText("no answer from postgres://milo:hunter2@longsecret@db/milo")).toBe(
    "no answer from postgres://***@db/milo",
  );
});
