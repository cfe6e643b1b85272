import { describe, expect, it } from "vitest";
import { readBotEnvironment } from "./environment.ts";

const GOOD = { MILO_URL: "https://milo.example", MILO_LAUNCH_KEY: "bot-abc234-7-a1", MILO_ATTEMPT_TOKEN: "token" };

describe("the bot's environment", () => {
  it("forgives slashes at the end of milo's URL, which would double in every path", () => {
    const read = readBotEnvironment({ ...GOOD, MILO_URL: "https://milo.example/base//" });
    expect(read).toMatchObject({ ok: true, environment: { MILO_URL: "https://milo.example/base" } });
  });

  it("names what is wrong without quoting it", () => {
    const read = readBotEnvironment({ MILO_URL: "hunter2", MILO_LAUNCH_KEY: "k", MILO_ATTEMPT_TOKEN: "" });
    expect(read).toEqual({
      ok: false,
      problem: expect.stringMatching(/^MILO_URL is malformed, MILO_ATTEMPT_TOKEN is not/),
    });
    expect(JSON.stringify(read)).not.toContain("hunter2");
  });
});
