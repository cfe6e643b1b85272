import { expect, it } from "vitest";
import { readBotId } from "./bot-id.ts";

it("reads an id from an address, and nothing that cannot be one", () => {
  expect(readBotId("17")).toBe(17);
  for (const text of ["0", "017", "-1", "1.5", "x", "", "2147483648", "99999999999"]) {
    expect(readBotId(text), text).toBeNull();
  }
});
