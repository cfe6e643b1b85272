import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { LABEL_VALUES, OTHER } from "./label-values.ts";
import { METRICS, type MetricLabel, type MetricName, type MetricProcess, type MetricRow } from "./metric-table.ts";

type Labels = Partial<Record<MetricLabel, string>>;
type NamesOf<Type extends MetricRow["type"]> = {
  [Name in MetricName]: (typeof METRICS)[Name]["type"] extends Type ? Name : never;
}[MetricName];

/** The metrics of one process. A name that its table does not give to this process is a fault of ours and throws. */
export type Instruments = {
  contentType: string;
  add(name: NamesOf<"counter">, labels?: Labels, by?: number): void;
  set(name: NamesOf<"gauge">, labels: Labels, value: number): void;
  observe(name: NamesOf<"histogram">, labels: Labels, value: number): void;
  /** Forgets the values of gauges that are counted from rows: old ones would be taken for what is. */
  forget(from: MetricRow["from"]): void;
  text(): Promise<string>;
};

/** Counters with at most so many series begin at 0: an alert on an increase would not see a first value out of nothing. */
const ZEROES_MOST = 50;

/** Makes every metric that the table gives to this process. `routes`: the values of the label `route`. */
export function createInstruments(process: MetricProcess, routes: readonly string[] = []): Instruments {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const rows = Object.entries<MetricRow>(METRICS).filter(([, row]) => row.processes.includes(process));
  const made = new Map<string, Counter | Gauge | Histogram>();
  for (const [name, row] of rows) made.set(name, make(registry, name, row));

  const known = new Map<string, ReadonlySet<string>>(
    Object.entries<readonly string[]>({ ...LABEL_VALUES, route: routes }).map(([label, all]) => [label, new Set(all)]),
  );
  const bound = (labels: Labels) =>
    Object.fromEntries(
      Object.entries(labels).map(([label, value]) => [label, known.get(label)?.has(value) ? value : OTHER]),
    );
  const get = <Kind extends Counter | Gauge | Histogram>(name: MetricName, kind: new (...args: never[]) => Kind) => {
    const metric = made.get(name);
    if (!(metric instanceof kind)) throw new Error(`${name} is no such metric of ${process}`);
    return metric;
  };

  return {
    contentType: registry.contentType,
    add: (name, labels = {}, by = 1) => get<Counter>(name, Counter).inc(bound(labels), by),
    set: (name, labels, value) => get<Gauge>(name, Gauge).set(bound(labels), value),
    observe: (name, labels, value) => get<Histogram>(name, Histogram).observe(bound(labels), value),
    forget(from) {
      for (const [name, row] of rows) {
        if (row.type === "gauge" && row.from === from) get<Gauge>(name as MetricName, Gauge).reset();
      }
    },
    text: () => registry.metrics(),
  };
}

function make(registry: Registry, name: string, row: MetricRow): Counter | Gauge | Histogram {
  const options = { name, help: row.help, labelNames: [...row.labels], registers: [registry] };
  if (row.type === "gauge") return new Gauge(options);
  if (row.type === "histogram") return new Histogram({ ...options, buckets: [...(row.buckets ?? [])] });
  const counter = new Counter(options);
  const series = row.labels.reduce<Labels[]>(
    (all, label) => all.flatMap((labels) => LABEL_VALUES[label].map((value) => ({ ...labels, [label]: value }))),
    [{}],
  );
  if (series.length <= ZEROES_MOST) for (const labels of series) counter.inc(labels, 0);
  return counter;
}
