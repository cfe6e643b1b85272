import type { DeploymentPlatform } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import {
  type AdmittedStory,
  countAtAdmission,
  readAdmittedStories,
  readLimits,
} from "#server/database/repositories/admission-review.ts";
import { docsOf } from "#server/logging/alarms.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { Instruments } from "#server/metrics/instruments.ts";
import { createWake, type Wake } from "./wake.ts";

export type AdmissionReview = {
  wake: Wake;
  /** Has these attempts looked at soon. */
  note(deploymentIds: readonly number[]): void;
  /** One turn of its loop; answers how long to pause after it. */
  turn(): Promise<number>;
};

/** What is admitted in a burst is looked at together. */
const SPACING_MS = 100;
const LOOK_EVERY_MS = 5_000;
/** A limit that was in force within this may have been the one at the admission. Three looks. */
const REMEMBER_MS = 15_000;
/** Attempts of one turn; what a burst adds is looked at in the next. */
const MOST = 500;

/**
 * Looks at this process's admissions once they have committed: counts, independently of them, whether they kept the
 * limit, and tells how each bot came to its platform. A look that fails is repeated with the next turn.
 */
export function createAdmissionReview(options: {
  sql: Sql;
  instruments: Instruments;
  log: Logger;
  monotonicMs(): number;
}): AdmissionReview {
  const { sql, instruments, log, monotonicMs } = options;
  const wake = createWake(SPACING_MS, monotonicMs);
  const limits: { platform: DeploymentPlatform; limit: number; atMs: number }[] = [];
  const noted: number[] = [];

  async function rememberLimits(): Promise<void> {
    const atMs = monotonicMs();
    const fresh = limits.filter((one) => atMs - one.atMs <= REMEMBER_MS);
    limits.splice(0, limits.length, ...fresh, ...(await readLimits(sql)).map((row) => ({ ...row, atMs })));
  }

  /** The highest that was in force lately: a limit that is lowered a moment after an admission was not broken by it. */
  const highest = (platform: DeploymentPlatform) =>
    Math.max(...limits.filter((one) => one.platform === platform).map((one) => one.limit));

  return {
    wake,
    note(deploymentIds) {
      noted.push(...deploymentIds);
      if (deploymentIds.length > 0) wake.wake();
    },
    async turn() {
      await rememberLimits();
      const ids = noted.slice(0, MOST);
      if (ids.length === 0) return LOOK_EVERY_MS;
      const [moments, stories] = [await countAtAdmission(sql, ids), await readAdmittedStories(sql, ids)];
      noted.splice(0, ids.length);
      for (const { platform, admitted, held } of moments) {
        const limit = highest(platform);
        const over = Math.min(admitted, held - limit);
        if (over <= 0) continue;
        instruments.add("milo_admitted_over_limit_total", { platform }, over);
        const docs = docsOf("MiloAdmittedOverLimit");
        log.error({ platform, held, limit, docs }, "Bots were admitted beyond the limit");
      }
      for (const story of stories) tellStory(instruments, log, story);
      return noted.length > 0 ? 0 : LOOK_EVERY_MS;
    },
  };
}

function tellStory(instruments: Instruments, log: Logger, story: AdmittedStory): void {
  const { botId, attempt, platform, launchKey, from, fromClass, waitedSeconds } = story;
  const choice = story.firstChoice === platform ? "first" : "other";
  instruments.add("milo_bots_admitted_total", { platform, choice });
  if (attempt === 1) instruments.observe("milo_time_to_admit_seconds", { platform }, waitedSeconds);
  const facts = { bot: botId, attempt, platform, launchKey };
  const why = `it was next for a free slot after ${waitedSeconds.toFixed(1)} s, waiting for ${story.stage}`;
  tellDecision(log, "admitted", { ...facts, why });
  if (from === null || from === platform) return;
  instruments.add("milo_failover_total", { from, to: platform, class: fromClass ?? "none" });
  tellDecision(log, "failed_over", {
    ...facts,
    why: story.fromReason ?? "its last attempt was ended",
    ...(fromClass === null ? {} : { class: fromClass }),
    from,
    to: platform,
  });
}
