import { describe, expect, it } from "vitest";
import { formatLine } from "./format-line.ts";

const TIME = "2026-03-01T12:34:56.789Z";

describe("a line of a process", () => {
  it("is shown as text when it is a log record", () => {
    const line = JSON.stringify({ level: 40, time: TIME, pid: 1, name: "web", bot: 7, why: "full", msg: "Waits" });
    expect(formatLine("web", line)).toBe("12:34:56 web        warn  Waits bot=7 why=full");
  });

  it("shows an error's stack below it", () => {
    const line = JSON.stringify({
      level: 50,
      time: TIME,
      err: { message: "x", stack: "Error: x\nat y" },
      msg: "Failed",
    });
    expect(formatLine("web", line)).toBe("12:34:56 web        error Failed\n    Error: x\n    at y");
  });

  it("is left as it is when it is not", () => {
    for (const text of ["plain", "{broken", '{"some":"json"}'])
      expect(formatLine("web", text)).toBe(`web        ${text}`);
  });
});
