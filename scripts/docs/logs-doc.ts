import { ALARMS, docsOf } from "../../apps/milo/src/server/logging/alarms.ts";
import { DECISIONS } from "../../apps/milo/src/server/logging/decisions.ts";

const FIELDS: readonly (readonly [string, string])[] = [
  [
    "`time`, `level`, `name`, `pid`",
    "when, how grave (30 info, 40 warn, 50 error), which process (`web`, `dispatcher`)",
  ],
  ["`msg`", "the sentence; it may change from version to version, the fields below do not"],
  ["`decision`", "what was decided, see below"],
  ["`bot`, `attempt`, `platform`", "the bot's id, its attempt from 1, and the deployment platform"],
  ["`launchKey`", "the attempt's name on its platform"],
  ["`why`", "the cause, in words; often the platform's own"],
  ["`class`", "the class of a failure, with a heading in failure-modes.md"],
  ["`from`, `to`", "platforms, stages or breaker states that something came from and to"],
  ["`alarm`", "something that only a person can mend or decide"],
  ["`docs`", "where the alarm or class is explained"],
  ["`err`", "an error with its stack"],
];

/** The log, from the tables that its lines are made of. */
export function describeLogs(): string {
  const fields = FIELDS.map(([name, meaning]) => `| ${name} | ${meaning} |`);
  const decisions = Object.entries(DECISIONS).map(([name, { level, text, help }]) => {
    return `| \`${name}\` | ${level} | ${text} | ${help} |`;
  });
  const alarms = Object.keys(ALARMS).map((name) => `| \`${name}\` | [${name}](${docsOf(name).replace("docs/", "")}) |`);
  return `${[
    "<!-- Written by `npm run docs` from apps/milo/src/server/logging. Do not edit. -->",
    "# Logs",
    "Both processes write a line of JSON per event to standard output. Every decision about a bot or a platform is one line with the field `decision`. Secrets are hidden by name and, where milo knows them, by value; the query and fragment of every address, which carry meeting passwords, are hidden by their form.",
    `| field | meaning |\n|---|---|\n${fields.join("\n")}`,
    "## Decisions",
    `| \`decision\` | level | \`msg\` | when |\n|---|---|---|---|\n${decisions.join("\n")}`,
    "One that raises an alarm is logged as an error.",
    "## Alarms",
    `| \`alarm\` | explained in |\n|---|---|\n${alarms.join("\n")}`,
  ].join("\n\n")}\n`;
}
