import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../start/paths.ts";

export type AlertRule = {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; does: string; check: string; runbook_url: string };
};

/** Every alert rule that milo brings. */
export function readAlertRules(): AlertRule[] {
  const text = readFileSync(join(ROOT, "deploy/prometheus/alerts.yaml"), "utf8");
  const { groups } = parse(text) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap((group) => group.rules);
}
