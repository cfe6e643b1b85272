import { describe, expect, it } from "vitest";
import { COMMANDS } from "./command-table.ts";
import { CliError } from "./exit-codes.ts";
import { describeAll, describeCommand } from "./help.ts";
import { readInvocation } from "./read-invocation.ts";

const refusal = (...args: string[]) => {
  try {
    readInvocation(args);
  } catch (error) {
    if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  }
  return expect.fail(`${args.join(" ")} was taken`);
};
const run = (...args: string[]) => {
  const asked = readInvocation(args);
  return asked.kind === "run" ? asked.invocation : expect.fail("help");
};

describe("a command line", () => {
  it("names a command by one word or two, and the longer name wins", () => {
    expect(run("queue").command.name).toBe("queue");
    expect(run("queue", "cancel", "17", "18")).toMatchObject({
      command: { name: "queue cancel" },
      arguments: ["17", "18"],
    });
    expect(run("bots", "--status", "FATAL", "--json").options).toEqual({ status: "FATAL", json: "true" });
    expect(run("queue", "priority", "--", "17", "-5").arguments).toEqual(["17", "-5"]);
  });

  it.each([
    [["launch"], /There is no command launch/],
    [["--json"], /Say a command first/],
    [["queue", "17"], /takes no arguments; given: "17"/],
    [["bots", "show"], /takes <bot>; given: none/],
    [["hold", "k8s", "aws"], /takes <platform>/],
    [["status", "--colour"], /Unknown option '--colour'/],
    [["status", "--url"], /--url/],
    [["doctor", "--url", "http://a"], /--url/],
  ])("that makes no sense is refused with exit code 2 and a hint: %j", (args, words) => {
    expect(refusal(...args)).toEqual({ exitCode: 2, message: expect.stringMatching(words) });
    expect(refusal(...args).message).toMatch(/`milo .*--help`/);
  });

  it.each([[[]], [["--help"]], [["-h"]], [["help"]]])("%j asks for help about all", (args) => {
    expect(readInvocation(args)).toEqual({ kind: "help", command: null });
  });

  it("asks for help about one command wherever --help stands, also without what it takes", () => {
    for (const { name } of COMMANDS) {
      expect(readInvocation([...name.split(" "), "--help"])).toMatchObject({ kind: "help", command: { name } });
      expect(readInvocation(["help", ...name.split(" ")])).toMatchObject({ kind: "help", command: { name } });
    }
  });
});

describe("help", () => {
  it("lists every command, and every option of each with its meaning, in 120 columns", () => {
    for (const command of COMMANDS) {
      expect(describeAll()).toContain(command.summary);
      for (const option of [...Object.keys(command.options), "json", "help"]) {
        expect(describeCommand(command)).toContain(`--${option}`);
      }
      for (const text of [describeAll(), describeCommand(command)]) {
        expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
      }
    }
  });

  it("shows examples that the command line takes", () => {
    for (const example of COMMANDS.flatMap(({ examples }) => examples)) {
      const [call = ""] = example.split(" | ");
      const words = (call.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
      expect(words[0]).toBe("milo");
      expect(readInvocation(words.slice(1)).kind).toBe("run");
    }
  });
});
