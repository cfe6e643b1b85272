import type { V1Job, V1ResourceQuota } from "@kubernetes/client-node";
import { fail, ok, type Verdict, warn } from "../platform-diagnosis.ts";

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** A quantity's amount [Kubernetes API reference, Quantity]; NaN for none. */
export function readQuantity(text: string): number {
  const [, number = "", suffix = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(text.trim()) ?? [];
  return Number(number || Number.NaN) * (FACTORS[suffix] ?? Number.NaN);
}

/** What one bot takes of a quota, by the quota's own names; the rest of a quota's names does not concern bots. */
export function demandOf(job: V1Job): Map<string, number> {
  const containers = job.spec?.template.spec?.containers ?? [];
  const demand = new Map<string, number>([
    ["count/jobs.batch", 1],
    ["pods", 1],
    ["count/pods", 1],
    ["count/secrets", 1],
    ["secrets", 1],
  ]);
  for (const { resources } of containers) {
    for (const [kind, quantities] of [
      ["requests", resources?.requests],
      ["limits", resources?.limits],
    ] as const) {
      for (const [name, quantity] of Object.entries(quantities ?? {})) {
        const amount = readQuantity(quantity);
        for (const key of kind === "requests" ? [`requests.${name}`, name] : [`limits.${name}`]) {
          demand.set(key, (demand.get(key) ?? 0) + amount);
        }
      }
    }
  }
  return demand;
}

/** Whether the namespace's quotas have room for as many bots as milo may start there. */
export function judgeQuotas(quotas: readonly V1ResourceQuota[], job: V1Job, limit: number): Verdict {
  const demand = demandOf(job);
  const bounds = quotas.flatMap((quota) =>
    Object.entries(quota.spec?.hard ?? {}).flatMap(([key, hard]) => {
      const perBot = demand.get(key);
      const amount = readQuantity(hard);
      if (!perBot || Number.isNaN(amount)) return [];
      const most = Math.floor(amount / perBot);
      return [{ most, words: `quota ${quota.metadata?.name ?? "?"} (${key}: ${hard})` }];
    }),
  );
  const tightest = bounds.toSorted((a, b) => a.most - b.most)[0];
  if (tightest === undefined) return ok("The namespace has no quota that bots count against.");
  const seen = `The ${tightest.words} has room for ${tightest.most} bots; K8S_BOT_LIMIT is ${limit}.`;
  if (tightest.most >= limit) return ok(seen);
  const fix = `Raise the quota to ${limit} bots, or lower K8S_BOT_LIMIT to ${tightest.most}.`;
  return tightest.most === 0 ? fail(seen, fix) : warn(seen, fix);
}
