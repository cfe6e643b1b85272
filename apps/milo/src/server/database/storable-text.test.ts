import { expect, it } from "vitest";
import { storableText } from "./storable-text.ts";

it.each([
  ["half an emoji at a cut", "left \ud83d", "left \ufffd"],
  ["a NUL", "a\u0000b", "ab"],
  ["a whole emoji", "👋 Zoë", "👋 Zoë"],
])("makes %s storable", (_, text, stored) => {
  expect(storableText(text)).toBe(stored);
});
