import { LABEL_VALUES, OTHER } from "../../apps/milo/src/server/metrics/label-values.ts";
import { METRICS, type MetricRow } from "../../apps/milo/src/server/metrics/metric-table.ts";

const SOURCES: Readonly<Record<MetricRow["from"], string>> = {
  process: "this process: add up",
  database: "rows: take the highest",
};

/** Every metric, from the one table that the processes make them of. */
export function describeMetrics(): string {
  const rows = Object.entries<MetricRow>(METRICS).map(([name, row]) => {
    const labels = row.labels.map((label) => `\`${label}\``).join(", ") || "—";
    const cells = [`\`${name}\``, row.type, row.unit, labels, row.processes.join(", "), SOURCES[row.from], row.help];
    return `| ${cells.join(" | ")} |`;
  });
  const labels = Object.entries<readonly string[]>(LABEL_VALUES).map(([label, values]) => {
    const all = label === "route" ? ROUTES : values.map((value) => `\`${value}\``).join(", ");
    return `| \`${label}\` | ${all} |`;
  });
  return `${[
    "<!-- Written by `npm run docs` from apps/milo/src/server/metrics. Do not edit. -->",
    "# Metrics",
    "Both processes serve `/metrics` for Prometheus. The dispatcher does so on `DISPATCHER_HOST` and `DISPATCHER_PORT`, beside its health checks. The web process does so on its own port under the console's access rule: with `MILO_ACCESS_TOKEN` set, Prometheus sends it as a bearer token (`authorization: {credentials_file: …}`); without it web listens on this machine only, and so do its metrics.",
    "What is counted from rows is the same from every dispatcher, so take the highest (`max by (platform) (…)`); what a process has done itself is to be added up (`sum(rate(…))`). While the database does not answer, `milo_database_up` is 0 and all that is counted from rows is left out: an old number would be taken for a true one. Node's own metrics (`process_…`, `nodejs_…`) are served as well, under the names that [prom-client](https://github.com/siimon/prom-client) gives them.",
    "Alert rules are in `deploy/prometheus/alerts.yaml`, each with its heading in [failure-modes.md](failure-modes.md); a dashboard for Grafana is `deploy/grafana/milo.json`.",
    "| name | type | unit | labels | served by | from | meaning |\n|---|---|---|---|---|---|---|",
  ].join(
    "\n\n",
  )}\n${rows.join("\n")}\n\n## Labels\n\nA label has no values but these; whatever else comes along is \`${OTHER}\`, so the number of series is bounded.\n\n| label | values |\n|---|---|\n${labels.join("\n")}\n`;
}

const ROUTES =
  "the pattern of a path: pages, `/bots/:id`, `/_next`, the bots' calls, each procedure of the API, `/api/trpc/(several)` for a batch";
