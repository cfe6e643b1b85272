import { type FaultRule, type Faults, InvalidFaultError } from "./faults.ts";
import { SENTINELS, type Sentinel, type SentinelPlatform } from "./sentinels.ts";

/**
 * A failure of the catalogue as one emulator shows it to whoever calls it. Its name begins with the row's number, as
 * in `row-03-quota-conflict`. What happens to one workload instead of to the callers is an image tag of the same form.
 */
export interface CatalogueFault<S, D extends string = never> {
  readonly description: string;
  /** Requests that fail; without `times` until the faults are cleared. */
  readonly requests?: readonly FaultRule[];
  readonly settings?: Partial<S>;
  /** Refuses connections for that long. */
  readonly offlineMs?: number;
  /** Done to the running workload that the caller names, or to what callers keep open. */
  readonly disruption?: D;
}

export type CatalogueTable<S, D extends string = never> = Readonly<Record<`row-${string}`, CatalogueFault<S, D>>>;

type RowOf<P extends SentinelPlatform, T> = T extends { platform: P; row: infer R extends string; tag: infer N }
  ? `row-${R}-${N & string}`
  : never;
/** The image tags of one platform that show a row of the catalogue. */
export type CatalogueTag<P extends SentinelPlatform> = RowOf<P, Sentinel>;

export interface ProvokeOptions {
  /** How many requests fail, where the fault itself does not say. */
  readonly times?: number;
  /** The platform's name of the running workload that is struck. */
  readonly workload?: string;
}

/** What one emulator can be made to suffer. */
interface Sufferer<S, D extends string> {
  readonly faults: Faults;
  readonly settings: { set(values: Partial<S>): void };
  readonly goOffline: (ms: number) => unknown;
  readonly disrupt?: (workload: string, disruption: D) => boolean;
}

/** Shows a fault of the table now. Throws InvalidFaultError for a name that is not in it, or a workload that does not run. */
export function provokeFault<S, D extends string>(
  table: CatalogueTable<S, D>,
  sufferer: Sufferer<S, D>,
  name: string,
  options: ProvokeOptions = {},
): void {
  const fault = Object.entries(table).find(([known]) => known === name)?.[1];
  if (fault === undefined) throw new InvalidFaultError(`name must be one of ${Object.keys(table).join(", ")}`);
  for (const rule of fault.requests ?? []) {
    sufferer.faults.add({ ...(options.times === undefined ? {} : { times: options.times }), ...rule });
  }
  if (fault.settings !== undefined) sufferer.settings.set(fault.settings);
  if (fault.offlineMs !== undefined) sufferer.goOffline(fault.offlineMs);
  if (fault.disruption === undefined) return;
  const { workload = "" } = options;
  if (!sufferer.disrupt?.(workload, fault.disruption)) throw new InvalidFaultError(`nothing runs as "${workload}"`);
}

/** The body of `POST /_emulator/provoke`: `{ "name": "row-03-quota-conflict", "times": 1 }`. */
export function readProvocation(body: unknown): [name: string, options: ProvokeOptions] {
  const { name, times, workload } = body as Record<string, unknown>;
  return [
    String(name),
    {
      ...(typeof times === "number" ? { times } : {}),
      ...(typeof workload === "string" ? { workload } : {}),
    },
  ];
}

/** Every name of one platform with what it shows, image tags included, in the order of the rows. */
export function listCatalogue(
  platform: SentinelPlatform,
  table: Readonly<Record<string, { readonly description: string }>>,
): { name: string; how: "provoke" | "image"; description: string }[] {
  const tags = SENTINELS.flatMap((sentinel) =>
    sentinel.platform === platform && "row" in sentinel
      ? [{ name: `row-${sentinel.row}-${sentinel.tag}`, how: "image" as const, description: sentinel.description }]
      : [],
  );
  const faults = Object.entries(table).map(([name, { description }]) => ({
    name,
    how: "provoke" as const,
    description,
  }));
  return [...faults, ...tags].sort((a, b) => (a.name < b.name ? -1 : 1));
}
