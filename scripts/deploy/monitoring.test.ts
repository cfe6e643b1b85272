import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createInstruments } from "../../apps/milo/src/server/metrics/instruments.ts";
import { LABEL_VALUES } from "../../apps/milo/src/server/metrics/label-values.ts";
import { METRICS, type MetricRow } from "../../apps/milo/src/server/metrics/metric-table.ts";
import { readAlertRules } from "../docs/alert-rules.ts";
import { ROOT } from "../start/paths.ts";

type Panel = { title: string; type: string; targets?: { expr: string; legendFormat: string }[] };
const dashboard = JSON.parse(readFileSync(join(ROOT, "deploy/grafana/milo.json"), "utf8")) as { panels: Panel[] };
const targets = dashboard.panels.flatMap(({ title, targets: all = [] }) => all.map((target) => ({ ...target, title })));
const rules = readAlertRules();
const sources = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...targets.map(({ title, expr }) => [title, expr] as const),
];
const METRIC = /\b(?:milo|process|nodejs)_[a-z0-9_]+/g;
/** What a scrape adds to every series. */
const SCRAPED = ["instance", "job", "le"];

/** The row of a metric, also under the names that a histogram's parts have; undefined = there is none. */
function rowOf(name: string): MetricRow | undefined {
  const rows: Readonly<Record<string, MetricRow>> = METRICS;
  const [whole, base] = [rows[name], rows[name.replace(/_(bucket|count|sum)$/, "")]];
  return whole ?? (base?.type === "histogram" ? base : undefined);
}

/** Labels that an expression selects or groups by, with the values that it selects. */
function labelsOf(expr: string): { label: string; value: string | null }[] {
  const selected = [...expr.matchAll(/(\w+)\s*(?:=|!=)\s*"([^"]*)"/g)].map(([, label = "", value = ""]) => ({
    label,
    value,
  }));
  const matched = [...expr.matchAll(/(\w+)\s*[=!]~/g)].map(([, label = ""]) => ({ label, value: null }));
  const grouped = [...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(","));
  return [...selected, ...matched, ...grouped.map((label) => ({ label: label.trim(), value: null }))];
}

describe("alert rules and dashboard", () => {
  it.each(sources)("%s asks for metrics that a process serves, by labels that they have", async (_, expr) => {
    const names = expr.match(METRIC) ?? [];
    expect(names.length).toBeGreaterThan(0);
    const served = `${await createInstruments("web").text()}\n${await createInstruments("dispatcher").text()}`;
    const labels = new Set<string>(SCRAPED);
    for (const name of names) {
      const row = rowOf(name);
      if (name.startsWith("milo_")) expect([name, row]).toEqual([name, expect.anything()]);
      else expect(served).toContain(`# TYPE ${name} `);
      for (const label of row?.labels ?? []) labels.add(label);
    }
    const known: Readonly<Record<string, readonly string[]>> = LABEL_VALUES;
    for (const { label, value } of labelsOf(expr)) {
      expect([...labels]).toContain(label);
      if (value !== null && label in known) expect(known[label]).toContain(value);
    }
  });

  it("take a rate of counters and histograms only, and the highest of what every dispatcher tells", () => {
    for (const [name, expr] of sources) {
      for (const [, metric = ""] of expr.matchAll(/(?:rate|increase)\(([a-z0-9_]+)/g)) {
        expect([name, metric, rowOf(metric)?.type]).not.toEqual([name, metric, "gauge"]);
      }
      for (const [, metric = ""] of expr.matchAll(/\bsum(?: by \([^)]*\))? ?\(([a-z0-9_]+)/g)) {
        expect([name, metric, rowOf(metric)?.from]).not.toEqual([name, metric, "database"]);
      }
    }
  });

  it("show or watch every metric that milo has", () => {
    const used = new Set(
      sources.flatMap(([, expr]) => expr.match(METRIC) ?? []).map((name) => name.replace(/_(bucket|count|sum)$/, "")),
    );
    expect(Object.keys(METRICS).filter((name) => !used.has(name))).toEqual([]);
  });

  it("tell in their summaries only labels that the rule's answer has", () => {
    for (const { alert, expr, annotations } of rules) {
      const told = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
      const grouped = labelsOf(expr).map(({ label }) => label);
      for (const label of told) expect([alert, grouped]).toEqual([alert, expect.arrayContaining([label])]);
    }
  });

  it("pass promtool, where it is installed", (context) => {
    const promtool = (...args: string[]) => spawnSync("promtool", args, { cwd: ROOT, encoding: "utf8" });
    if (promtool("--version").error !== undefined) {
      process.stdout.write("promtool is not installed (Debian: prometheus): it has not checked the alert rules.\n");
      return context.skip("promtool is not installed");
    }
    const checked = promtool("check", "rules", "deploy/prometheus/alerts.yaml");
    expect([checked.status, checked.stderr]).toEqual([0, ""]);
    const tested = promtool("test", "rules", "deploy/prometheus/alerts.test.yaml");
    expect([tested.status, tested.stdout + tested.stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
    process.stdout.write(`promtool has checked ${rules.length} alert rules and run their tests.\n`);
  });
});
