import type { EffectiveVariable } from "./read-shape.ts";

/**
 * The effective configuration for the start-up log, a line per variable: what was set first, then the defaults.
 * Secrets are hidden; variables that are neither set nor defaulted are left out.
 */
export function describeConfig(config: { effective: readonly EffectiveVariable[] }): string[] {
  const lines = (source: EffectiveVariable["source"], suffix: string) =>
    config.effective.filter((e) => e.source === source).map((e) => `${e.variable}=${e.shown}${suffix}`);
  return [...lines("set", ""), ...lines("default", " (default)")];
}
