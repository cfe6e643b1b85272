import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT_CODES } from "./exit-codes.ts";
import { refusedClaim, startContractServer } from "./testing/contract-server.ts";
import { spawnBot } from "./testing/spawn-bot.ts";

const MEETING_URL = "https://meet.example/abc?pwd=secret";
const TEST_TIMEOUT_MS = 30_000;

describe("the shim", { timeout: TEST_TIMEOUT_MS }, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "milo-shim-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Writes a shell script, the "existing image" of these tests. */
  function writeProgram(body: string): string {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.sh`);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  const waitsForever = "echo running; while :; do sleep 0.05; done";

  it("starts the program only after JOINING_CALL was accepted, reports IN_CALL, and DONE when it ends with 0", async () => {
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", ["--", writeProgram("echo hello; sleep 0.3")]);
    expect((await bot.exited).code).toBe(0);
    expect(bot.output()).toContain("hello");
    expect(milo.statuses()).toEqual(["JOINING_CALL", "IN_CALL", "CALL_ENDED", "DONE"]);
    expect(milo.count("heartbeat")).toBeGreaterThan(0);
    expect(milo.problems).toEqual([]);
  });

  it("gives the program its meeting, and keeps the token to itself", async () => {
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", ["--", "env"]);
    await bot.exited;
    const environment = bot.output().split("\n");
    expect(environment).toEqual(
      expect.arrayContaining([
        "MILO_BOT_ID=7",
        "MILO_BOT_NAME=Notes",
        `MILO_MEETING_URL=${MEETING_URL}`,
        "MILO_MEETING_PLATFORM=zoom",
        "MILO_MAX_DURATION_MS=60000",
      ]),
    );
    expect(bot.output()).not.toContain("MILO_ATTEMPT_TOKEN");
  });

  it("never starts the program when the claim is refused, and sleeps", async () => {
    await using milo = await startContractServer({ meetingUrl: MEETING_URL, behave: refusedClaim });
    await using bot = spawnBot(milo.environment, "shim", ["--", writeProgram("echo started")]);
    await bot.printed("the claim was refused");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(bot.isRunning()).toBe(true);
    bot.kill("SIGTERM");
    expect((await bot.exited).code).toBe(EXIT_CODES.claimRefused);
    expect(bot.output()).not.toContain("started");
  });

  it("relays statuses that the program writes to fd 3, last words after its exit too", async () => {
    const program = writeProgram(
      'echo "IN_WAITING_ROOM KNOCKING let me in" >&3; echo "IN_CALL" >&3; echo nonsense >&3; (sleep 0.1; echo "- NOTE bye" >&3) &',
    );
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", ["--reports-status", "--", program]);
    expect((await bot.exited).code).toBe(0);
    expect(milo.statuses()).toEqual(["JOINING_CALL", "IN_WAITING_ROOM", "IN_CALL", "CALL_ENDED", "DONE"]);
    expect(milo.event("IN_WAITING_ROOM")).toMatchObject({ code: "KNOCKING", message: "let me in" });
    expect(milo.calls.flatMap((call) => call.events.map((event) => event.code))).toContain("NOTE");
  });

  it.each([
    [[], "exit 3", 3, "FATAL", "PROGRAM_EXIT_3"],
    [["--ok-exit-codes", "0,10"], "exit 10", 0, "DONE", "COMPLETED"],
    [["--ok-exit-codes", "10"], "exit 0", 1, "FATAL", "PROGRAM_EXIT_0"],
    [[], "kill -SEGV $$", 139, "FATAL", "PROGRAM_SIGSEGV"],
  ])("with %j maps `%s` to exit code %i and %s", async (options, body, exitCode, status, code) => {
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", [...options, "--", writeProgram(body)]);
    expect((await bot.exited).code).toBe(exitCode);
    expect(milo.event(status)?.code).toBe(code);
    expect(milo.statuses().at(-1)).toBe(status);
  });

  it("reports FATAL and exits with 127 when the program does not exist", async () => {
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", ["--", join(folder, "missing")]);
    expect((await bot.exited).code).toBe(127);
    expect(milo.event("FATAL")?.code).toBe("PROGRAM_NOT_STARTED");
  });

  it("ends the program by SIGTERM when milo says leave, and counts that as DONE", async () => {
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", ["--", writeProgram(waitsForever)]);
    await bot.printed("running");
    milo.orderLeave();
    expect((await bot.exited).code).toBe(0);
    expect(milo.statuses()).toEqual(["JOINING_CALL", "IN_CALL", "LEAVING", "CALL_ENDED", "DONE"]);
  });

  it("forwards SIGTERM, lets the program clean up, and reports before it exits", async () => {
    const program = writeProgram(`trap 'echo cleaned up; exit 0' TERM; ${waitsForever}`);
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", ["--", program]);
    await bot.printed("running");
    bot.kill("SIGTERM");
    expect((await bot.exited).code).toBe(0);
    expect(bot.output()).toContain("cleaned up");
    expect(milo.statuses().slice(-3)).toEqual(["LEAVING", "CALL_ENDED", "DONE"]);
  });

  it("kills a program that does not end within its grace, and says so", async () => {
    const program = writeProgram(`trap '' TERM; ${waitsForever}`);
    await using milo = await startContractServer({ meetingUrl: MEETING_URL });
    await using bot = spawnBot(milo.environment, "shim", ["--grace-ms", "200", "--", program]);
    await bot.printed("running");
    milo.orderLeave();
    expect((await bot.exited).code).toBe(137);
    expect(milo.event("FATAL")?.code).toBe("KILLED_AFTER_GRACE");
  });

  it("explains itself with --help", async () => {
    await using bot = spawnBot({}, "shim", ["--help"]);
    expect((await bot.exited).code).toBe(0);
    expect(bot.output()).toContain("Usage: milo-bot-shim");
  });

  it.each([
    [[], "The command is missing"],
    [["--ok-exit-codes", "0,x", "--", "true"], "--ok-exit-codes must be whole numbers"],
    [["--grace-ms", "900000", "--", "true"], "--grace-ms must be whole numbers from 0 to"],
    [["--nonsense", "--", "true"], "--nonsense"],
  ])("refuses the command line %j with 64", async (args, sentence) => {
    await using bot = spawnBot({}, "shim", args);
    expect((await bot.exited).code).toBe(EXIT_CODES.badEnvironment);
    expect(bot.output()).toContain(sentence);
  });
});
