import type { Check } from "#server/api/services/platform/platform-diagnosis.ts";
import type { Command } from "../context.ts";
import { examine } from "../doctor/examine.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { withProgress } from "../output/progress.ts";
import { type Output, printResult, type Style } from "../output/screen.ts";
import { type Cell, type Column, renderTable } from "../output/table.ts";
import { readPlatform } from "./read-platform.ts";

const STATUSES = ["fail", "warn", "skipped", "ok"] as const;
const STYLES: Readonly<Record<Check["status"], Style>> = { ok: "green", warn: "yellow", fail: "red", skipped: "dim" };
const COLUMNS: readonly Column[] = [
  { title: "" },
  { title: "CHECK" },
  { title: "WHAT WAS SEEN → WHAT TO DO", flexible: true },
];

/** `milo doctor`: exit code 1 when a check failed. */
export const runDoctor: Command = async ({ invocation, env, output, nowMs }) => {
  const under = new Set<string>();
  const checks = await withProgress(
    output.stderr,
    () => `looking at ${[...under].join(", ")}`,
    () =>
      examine({
        env,
        only: invocation.arguments.map(readPlatform),
        nowMs,
        onBegin: (what) => under.add(what),
        onEnd: (what) => under.delete(what),
      }),
  );
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  const summary = { ok: count("ok"), warn: count("warn"), fail: count("fail"), skipped: count("skipped") };
  printResult(output, { ok: summary.fail === 0, summary, checks }, () => render(output, checks, summary));
  return summary.fail === 0 ? EXIT_CODES.ok : EXIT_CODES.failed;
};

function render(output: Output, checks: readonly Check[], summary: Readonly<Record<Check["status"], number>>): string {
  const rows = checks.map(({ id, status, seen, fix }): Cell[] => [
    { text: status, style: STYLES[status] },
    id,
    fix === undefined ? seen : `${seen} → ${fix}`,
  ]);
  const counts = STATUSES.filter((status) => summary[status] > 0).map((status) =>
    output.stdout.paint(STYLES[status], `${summary[status]} ${status}`),
  );
  return `${renderTable(output.stdout, COLUMNS, rows)}\n\n${counts.join(", ")}`;
}
