import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { mayReplace, writeApiCall } from "./bot-actions.ts";

const at = new Date(0);
const attempt = { unreachableSince: null, holdsBot: false, phase: "RUNNING" };

describe("another container while the old one may run", () => {
  it("is for a bot that cannot be reached, or waits for its last container to be gone", () => {
    expect(mayReplace("IN_CALL", [{ ...attempt, unreachableSince: at }], null).can).toBe(true);
    expect(mayReplace("QUEUED", [{ ...attempt, phase: "STOPPING", holdsBot: true }], null).can).toBe(true);
  });

  it.each([
    ["DONE", [{ ...attempt, unreachableSince: at }], null, /ended/],
    ["IN_CALL", [{ ...attempt, unreachableSince: at }], at, /stop/],
    ["IN_CALL", [attempt], null, /can be reached/],
    ["IN_CALL", [{ ...attempt, phase: "ENDED", unreachableSince: at }, attempt], null, /can be reached/],
  ] as const)("is not for one that is %s %j", (status, attempts, stopRequestedAt, reason) => {
    expect(mayReplace(status, attempts, stopRequestedAt).reason).toMatch(reason);
  });
});

describe("a bot as an API call", () => {
  const bot = {
    name: "Anna's `id` $HOME",
    meetingPlatform: "zoom",
    meetingUrl: "https://zoom.us/j/1?(hidden)",
    priority: 5,
    deduplicationKey: null,
  };

  it("holds no secret, and says what is to be filled in", () => {
    const call = writeApiCall("https://milo.example", bot);
    expect(call).toContain("$MILO_ACCESS_TOKEN");
    expect(call).toContain("https://zoom.us/j/1?<the rest");
    expect(call).not.toContain("hidden");
  });

  it("is taken by a shell as it was written, whatever the name", () => {
    const call = writeApiCall("https://milo.example", bot).replace(/^curl/, "printf '%s\\n'");
    const words = execFileSync("sh", ["-c", `MILO_ACCESS_TOKEN=t; ${call}`])
      .toString()
      .split("\n");
    const body = words.find((word) => word.startsWith("{")) ?? "";
    expect(JSON.parse(body)).toMatchObject({ json: { name: bot.name, priority: 5 } });
  });
});
