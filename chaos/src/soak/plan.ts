import type { ChaosPlan } from "../stack/plan.ts";

/** As short as milo lets it be set; a soak's days are minutes. */
export const KEEP_DAYS = 1;

const MEAN_STAY_MINUTES = 30 / 60;
/** Room for a quarter more than what comes, so that bots wait now and then and never for long. */
const ROOM = 1.25;
const SHARES = { k8s: 0.4, aws: 0.4, coolify: 0.2 };

/** Limits that what comes needs: a call of 15 to 30 s, and its way in and out. */
export function soakPlan(botsPerMinute: number): ChaosPlan {
  const limit = (share: number) => Math.max(2, Math.ceil(botsPerMinute * MEAN_STAY_MINUTES * ROOM * share));
  return {
    order: ["k8s", "aws", "coolify"],
    limits: { k8s: limit(SHARES.k8s), aws: limit(SHARES.aws), coolify: limit(SHARES.coolify) },
    queueTimeoutMs: { k8s: 3_000, aws: 3_000, coolify: 3_000 },
    maxDurationMs: 60_000,
  };
}
