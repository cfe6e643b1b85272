import type { Verdict } from "./scenario.ts";

/** The result of a run that ends; `error` says why there is none. */
export type Report = { ok: boolean; scenarios: readonly Verdict[]; error?: string };

/** ok only if every scenario is. */
export function toReport(scenarios: readonly Verdict[], error?: string): Report {
  const ok = error === undefined && scenarios.length > 0 && scenarios.every((scenario) => scenario.ok);
  return { ok, scenarios, ...(error === undefined ? {} : { error }) };
}

/** The result in one sentence. */
export function summarise({ ok, scenarios, error }: Report): string {
  const seen = scenarios.filter((scenario) => scenario.ok).length;
  const missing = scenarios.filter((scenario) => !scenario.ok).map((scenario) => scenario.name);
  if (ok) return `All ${seen} scenarios were seen, in the database and on the emulators' own record.`;
  const what = missing.length === 0 ? "" : ` Not seen: ${missing.join(", ")}.`;
  return `${error === undefined ? `${seen} of ${scenarios.length} scenarios were seen.` : error}${what}`;
}
