import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { EARLIER_IMPLEMENTATION, type Lesson, REPORTED_ELSEWHERE } from "./lessons.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const TEST_FILES = ["*.test.ts", "*/testing/contract-*.ts", "*.e2e.ts"];
/** The last part of a string that holds a tag, tags included; a title is never longer than its line. */
const TITLE = /(["`])((?:(?!\1).)*\[[a-z-]+[ #]\d+\](?:(?!\1).)*)\1/g;
const TAG = /\s*\[([a-z-]+[ #]\d+)\]/g;

/** A test that names a lesson: `title` is what it says, without the names. */
export type NamingTest = { file: string; title: string };

/** The lessons that test titles name in brackets, with their tests, in the files' order. */
export function findNamed(files: readonly { file: string; text: string }[]): Map<string, NamingTest[]> {
  const named = new Map<string, NamingTest[]>();
  for (const { file, text } of files) {
    for (const [, , whole = ""] of text.matchAll(TITLE)) {
      const title = whole.replaceAll(TAG, "");
      for (const [, id = ""] of whole.matchAll(TAG)) named.set(id, [...(named.get(id) ?? []), { file, title }]);
    }
  }
  return named;
}

/** Every test of the repository that names a lesson. */
export function readNamed(): Map<string, NamingTest[]> {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...TEST_FILES], { cwd: ROOT });
  const files = list.toString().trimEnd().split("\n").sort();
  return findNamed(files.map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") })));
}

/** `docs/lessons.md`: what others suffered, and the test that excludes it here. */
export function describeLessons(named: ReadonlyMap<string, readonly NamingTest[]>): string {
  return [
    "# Learned from others",
    "",
    "Each fault below cost someone meetings. The right column names the test that would fail if milo had it too; a test",
    "names the fault in brackets at the end of its title. Printed by `npm run docs`.",
    "",
    "## An earlier implementation of the same specification",
    "",
    "Payme-Works/meeboter at commit 6e80e03: found by reading it, most of them reproduced by running its own classes.",
    "",
    ...table(EARLIER_IMPLEMENTATION, named),
    "",
    "## Reported by users and operators elsewhere",
    "",
    "By repository and thread: attendee-labs/attendee, Meeting-BaaS/meet-teams-bot (meeting-baas), meetingbot/meetingbot,",
    "twentyhq/twenty, Vexa-ai/vexa.",
    "",
    ...table(REPORTED_ELSEWHERE, named),
    "",
  ].join("\n");
}

function table(lessons: readonly Lesson[], named: ReadonlyMap<string, readonly NamingTest[]>): string[] {
  const rows = lessons.map(({ id, fault, beside }) => {
    const tests = (named.get(id) ?? []).map(({ file, title }) => `${title.trim()} (\`${file}\`)`);
    return `| ${id} | ${fault} | ${beside ?? tests.join("<br>")} |`;
  });
  return ["| named | what went wrong | here |", "|---|---|---|", ...rows];
}
