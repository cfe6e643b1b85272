import { quantityToScalar, type V1Job, type V1ResourceQuota } from "@kubernetes/client-node";
import { ok, type Verdict, warn, fail } from "../platform-diagnosis.ts";

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
    for (const [kind, quantities] of [["requests", resources?.requests], ["limits", resources?.limits]] as const) {
      for (const [name, quantity] of Object.entries(quantities ?? {})) {
        const amount = Number(quantityToScalar(quantity));
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
      if (perBot === undefined || perBot === 0) return [];
      const most = Math.floor(Number(quantityToScalar(hard)) / perBot);
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
