import { PLATFORM_LABELS } from "@milo/placement";
import { ROWS_BY_FILE } from "../../apps/milo/src/server/testing/catalogue/all-rows.ts";
import type { CatalogueRow } from "../../apps/milo/src/server/testing/catalogue/catalogue-row.ts";

const FOLDER = "apps/milo/src/server/testing/catalogue";
const PLATFORMS = ["k8s", "aws", "coolify"] as const;

/** The failure catalogue as a document, read from the rows that the tests run. */
export function describeFailureModes(): string {
  const listed = Object.entries(ROWS_BY_FILE).flatMap(([file, rows]) => rows.map((row) => ({ file, row })));
  const ordered = listed.sort((a, b) => a.row.row - b.row.row);
  const section = (platform: CatalogueRow["platform"]) => {
    const lines = ordered.filter(({ row }) => row.platform === platform).map(({ file, row }) => describeRow(row, file));
    const heading = ["| Row | What goes wrong | Class | What milo does | Fault | Test |", "|---|---|---|---|---|---|"];
    return `## ${PLATFORM_LABELS[platform]}\n\n${[...heading, ...lines].join("\n")}`;
  };
  return `${[
    "<!-- Written by `npm run docs` from the rows of the failure catalogue. Do not edit. -->",
    "# Failure modes",
    "Every way a platform is known to fail, and what milo makes of it. Each line is a test: the fault is provoked over HTTP through the real client by the platform's emulator, under a name that bears the row's number, and what milo does is read from its database and from the emulator's own record of what it was asked and what ran.",
    "`npx vitest run --project contract catalogue` runs them all. What each class does to a platform is said in [architecture.md](architecture.md#health); a dash means that it is no failure.",
    ...PLATFORMS.map(section),
  ].join("\n\n")}\n`;
}

function describeRow(row: CatalogueRow, file: string): string {
  const test = `[${file}](../${FOLDER}/${file}.contract.test.ts)`;
  return `| ${row.row} | ${row.failure} | ${row.class ?? "—"} | ${row.reaction} | \`${row.fault}\` | ${test} |`;
}
