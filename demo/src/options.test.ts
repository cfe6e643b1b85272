import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

describe("readOptions", () => {
  it("stays up on any free port when nothing is said", () => {
    expect(readOptions([])).toEqual({ once: false, json: false, port: 0, help: false });
  });

  it("takes the port of the console and the run that ends", () => {
    expect(readOptions(["--once", "--json", "--port", "4000"])).toMatchObject({ once: true, json: true, port: 4_000 });
  });

  it.each([
    [["--json"], /--json needs --once/],
    [["--port", "web"], /--port must be a number/],
    [["--port", "70000"], /--port must be a number/],
    [["--fast"], /--fast/],
  ])("refuses %j with a sentence", (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
