import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FAILURE_CLASSES } from "@milo/placement";
import { describe, expect, it } from "vitest";
import { ALARMS, docsOf } from "../../apps/milo/src/server/logging/alarms.ts";
import { API_ERROR_HELP } from "../../apps/milo/src/server/logging/api-errors.ts";
import { ROOT } from "../start/paths.ts";
import { readAlertRules } from "./alert-rules.ts";
import { describeFailureModes } from "./failure-modes.ts";

/** The anchors of a document as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? "");
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

const anchors = anchorsOf(describeFailureModes());
const anchorOf = (docs: string) => docs.replace("docs/failure-modes.md#", "");

describe("docs/failure-modes.md", () => {
  it("has one heading for each alarm, alert rule, class of failure and error of the API, and no anchor twice", () => {
    const alerts = readAlertRules().map(({ alert }) => alert);
    const named = [...Object.keys(ALARMS), ...alerts, ...FAILURE_CLASSES, ...Object.keys(API_ERROR_HELP)];
    for (const name of named) expect(anchors.filter((anchor) => anchor === anchorOf(docsOf(name)))).toHaveLength(1);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it("is where every alert rule's runbook leads", () => {
    for (const { alert, annotations } of readAlertRules()) expect(annotations.runbook_url).toBe(docsOf(alert));
  });

  it("explains every alarm that the code raises, and raises them nowhere without saying where", () => {
    const files = globSync("apps/milo/src/server/**/*.ts", { cwd: ROOT }).filter((file) => !/test/.test(file));
    const sources = files
      .filter((file) => !file.endsWith("/alarms.ts"))
      .map((file) => readFileSync(join(ROOT, file), "utf8"));
    const raised = sources.flatMap((text) => [
      ...text.matchAll(/(?:raiseAlarm\(\w+\.log|alarmFacts\(|ALARM_OF: [^=]+=.*)/g),
    ]);
    expect(raised.length).toBeGreaterThan(4);
    expect(sources.filter((text) => /\balarm: "/.test(text))).toEqual([]);
    const all = sources.join("\n");
    for (const alarm of Object.keys(ALARMS)) expect(all).toContain(`"${alarm}"`);
  });
});
