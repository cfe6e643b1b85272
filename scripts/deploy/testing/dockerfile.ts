import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCKER } from "./places.ts";

/** `flags` are `--name=value` before the arguments; `args` is an exec form's array, else the words of the line. */
export type Instruction = { name: string; flags: Readonly<Record<string, string>>; args: readonly string[] };
/** One FROM with what follows it. */
export type Stage = { base: string; name: string | null; instructions: readonly Instruction[] };
export type Dockerfile = { args: Readonly<Record<string, string>>; stages: readonly Stage[] };

/** Reads a Dockerfile of deploy/docker: comments gone, continued lines joined, in stages. */
export function readDockerfile(image: string): Dockerfile {
  const text = readFileSync(join(DOCKER, `${image}.Dockerfile`), "utf8");
  const lines = text
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const args: Record<string, string> = {};
  const stages: { base: string; name: string | null; instructions: Instruction[] }[] = [];
  for (const instruction of lines.map(parseInstruction)) {
    const stage = stages.at(-1);
    if (instruction.name === "FROM") {
      const [base = "", , name = null] = instruction.args;
      stages.push({ base, name, instructions: [] });
    } else if (stage !== undefined) {
      stage.instructions.push(instruction);
    } else {
      const [name = "", value = ""] = instruction.args.join(" ").split("=");
      args[name] = value;
    }
  }
  return { args, stages };
}

function parseInstruction(line: string): Instruction {
  const [, name = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
  if (name === "") throw new Error(`no instruction: ${line}`);
  const [leading = ""] = /^(--[a-z-]+=\S+\s+)*/.exec(rest) ?? [];
  const flags = Object.fromEntries([...leading.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, flag, value]) => [flag, value]));
  const text = rest.slice(leading.length);
  const args = text.startsWith("[") ? (JSON.parse(text) as string[]) : text.trim().split(/\s+/);
  return { name, flags, args };
}

/** The instructions of one name in the stage that becomes the image, in order. */
export function finalInstructions(dockerfile: Dockerfile, name: string): Instruction[] {
  return (dockerfile.stages.at(-1)?.instructions ?? []).filter((instruction) => instruction.name === name);
}

/** What ENV sets in the image. */
export function finalEnvironment(dockerfile: Dockerfile): Record<string, string> {
  const pairs = finalInstructions(dockerfile, "ENV").flatMap(({ args }) => args);
  return Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string]));
}
