import { FAILURE_CLASSES, PLATFORM_LABELS } from "@milo/placement";
import { ALARMS } from "../../apps/milo/src/server/logging/alarms.ts";
import { API_ERROR_HELP } from "../../apps/milo/src/server/logging/api-errors.ts";
import { FAILURE_CLASS_HELP } from "../../apps/milo/src/server/logging/failure-classes.ts";
import { ROWS_BY_FILE } from "../../apps/milo/src/server/testing/catalogue/all-rows.ts";
import type { CatalogueRow } from "../../apps/milo/src/server/testing/catalogue/catalogue-row.ts";
import { readAlertRules } from "./alert-rules.ts";

const FOLDER = "apps/milo/src/server/testing/catalogue";
const PLATFORMS = ["k8s", "aws", "coolify"] as const;

/** The failure catalogue as a document, read from the rows that the tests run. */
export function describeFailureModes(): string {
  const listed = Object.entries(ROWS_BY_FILE).flatMap(([file, rows]) => rows.map((row) => ({ file, row })));
  const ordered = listed.sort((a, b) => a.row.row - b.row.row);
  const section = (platform: CatalogueRow["platform"]) => {
    const lines = ordered.filter(({ row }) => row.platform === platform).map(({ file, row }) => describeRow(row, file));
    const heading = ["| Row | What goes wrong | Class | What milo does | Fault | Test |", "|---|---|---|---|---|---|"];
    return `### ${PLATFORM_LABELS[platform]}\n\n${[...heading, ...lines].join("\n")}`;
  };
  return `${[
    "<!-- Written by `npm run docs` from the failure catalogue, alarms, failure classes, errors of the API and alert rules. Do not edit. -->",
    "# Failure modes",
    "What can go wrong, what milo makes of it by itself, and what to look at: for each [alarm](#alarms) of the log, each [alert rule](#alert-rules) of `deploy/prometheus/alerts.yaml` and each [class of failure](#classes-of-failure) and each [error of the API](#errors-of-the-api); then, platform by platform, [every way a platform is known to fail](#known-ways-to-fail).",
    "## Alarms",
    "An alarm is an error in the log with the field `alarm`, raised once by one replica; the console shows it under what needs a person.",
    ...Object.entries(ALARMS).map(([name, help]) => describeHelp(inWords(name), help)),
    "## Alert rules",
    ...readAlertRules().map(({ alert, expr, labels, annotations }) => {
      const { summary: means, does, check } = annotations;
      const plain = means.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "($1)");
      return `${describeHelp(alert, { means: plain, does, check })}\n- **rule** (${labels.severity}): \`${expr}\``;
    }),
    "## Classes of failure",
    "Every attempt that fails has one, and the bot's story names it with the platform's own words.",
    ...FAILURE_CLASSES.map((name) => describeHelp(inWords(name), FAILURE_CLASS_HELP[name])),
    "## Errors of the API",
    "Each error that the API answers names its heading here in `data.docs`. No error names a secret or the inside of milo.",
    ...Object.entries(API_ERROR_HELP).map(([code, help]) => describeHelp(inWords(code.toLowerCase()), help)),
    "## Known ways to fail",
    "Every way a platform is known to fail, and what milo makes of it. Each line is a test: the fault is provoked over HTTP through the real client by the platform's emulator, under a name that bears the row's number, and what milo does is read from its database and from the emulator's own record of what it was asked and what ran.",
    "`npx vitest run --project contract catalogue` runs them all. What each class does to a platform is said in [architecture.md](architecture.md#health); a dash means that it is no failure.",
    ...PLATFORMS.map(section),
  ].join("\n\n")}\n`;
}

function describeRow(row: CatalogueRow, file: string): string {
  const test = `[${file}](../${FOLDER}/${file}.contract.test.ts)`;
  return `| ${row.row} | ${row.failure} | ${row.class ?? "—"} | ${row.reaction} | \`${row.fault}\` | ${test} |`;
}

/** "stop_overdue" → "Stop overdue", whose anchor is "#stop-overdue". */
function inWords(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function describeHelp(heading: string, { means, does, check }: { means: string; does: string; check: string }): string {
  const lines = [`- **means**: ${means}`, `- **milo by itself**: ${does}`, `- **to check**: ${check}`];
  return `### ${heading}\n\n${lines.join("\n")}`;
}
