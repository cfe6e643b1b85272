import { describe, expect, it } from "vitest";
import { readStatusLine } from "./status-line.ts";

describe("a line on fd 3", () => {
  it.each([
    ["IN_CALL", { status: "IN_CALL", code: "REPORTED", message: undefined }],
    ["IN_WAITING_ROOM KNOCKING", { status: "IN_WAITING_ROOM", code: "KNOCKING", message: undefined }],
    ["IN_CALL ADMITTED by the host \r", { status: "IN_CALL", code: "ADMITTED", message: "by the host" }],
    ["IN_CALL by the host", { status: "IN_CALL", code: "REPORTED", message: "by the host" }],
    ["- NOTE with words", { code: "NOTE", message: "with words" }],
  ])("%j is understood", (line, report) => {
    expect(readStatusLine(line)).toEqual(report);
  });

  it.each(["", "DONE", "JOINING_CALL", "- without a code", "IN_CALLS", "in_call"])("%j is not", (line) => {
    expect(readStatusLine(line)).toBeNull();
  });
});
