import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { mayReplace, writeApiCall } from "./bot-actions.ts";

const at = new Date(0);
const attempt = { unreachableSince: null, holdsBot: false, phase: "RUNNING" } as const;

describe("another container while the old one may run", () => {
  it("is asked of the attempt that holds the bot up", () => {
    const unreachable = { ...attempt, unreachableSince: at };
    expect(mayReplace([unreachable], null).can).toBe(true);
    expect(mayReplace([{ ...attempt, phase: "STOPPING", holdsBot: true }], null).can).toBe(true);
    expect(mayReplace([unreachable], at).reason).toMatch(/stop/);
    expect(mayReplace([attempt], null).reason).toMatch(/can be reached/);
    expect(mayReplace([{ ...unreachable, phase: "ENDED" }, attempt], null).reason).toMatch(/can be reached/);
    expect(mayReplace([{ ...unreachable, phase: "ENDED" }], null).reason).toMatch(/No container/);
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
