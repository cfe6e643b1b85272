import type { Queryable, Sql } from "@milo/milo/server/database/client.ts";
import { toFailureHistory, toStageState } from "@milo/milo/server/database/repositories/entry-state.ts";
import { type GiveUp, giveUpAttempt } from "@milo/milo/server/database/repositories/give-up-attempt.ts";
import { takeStopping } from "@milo/milo/server/database/repositories/leases.ts";
import { lockAttempt } from "@milo/milo/server/database/repositories/lock-attempt.ts";
import { requeueEntry } from "@milo/milo/server/database/repositories/requeue-entry.ts";
import { readNowMs } from "@milo/milo/server/database/repositories/time-columns.ts";
import type { Repositories } from "@milo/milo/server/dispatcher/repositories.ts";
import type { PromiseNumber } from "./checks/violation.ts";
import type { FunctionEdit } from "./engine/database.ts";

/** One guard of milo taken out, for tests alone: the simulation has to notice. */
export type Sabotage = {
  edits?: readonly FunctionEdit[];
  replaced?: Partial<Repositories>;
  /** The promises of which one must be reported as broken. */
  breaks: readonly PromiseNumber[];
};

export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  "no row lock": {
    edits: [
      { name: "milo_admit", find: "p.platform = p_platform FOR NO KEY UPDATE", replace: "p.platform = p_platform" },
    ],
    breaks: [1],
  },
  "count in the lock statement": {
    edits: [
      {
        name: "milo_admit",
        find: /SELECT p\.\* INTO v_platform FROM platforms p WHERE p\.platform = p_platform FOR NO KEY UPDATE;[\s\S]*?v_now := milo_now\(\);/,
        replace: `SELECT c.used, c.launching INTO v_used, v_launching
          FROM platforms p, LATERAL (
            SELECT count(*) AS used, count(*) FILTER (WHERE milo_holds_launch_permit(d.platform, d.phase)) AS launching
            FROM deployments d WHERE d.platform = p_platform AND d.phase <> 'ENDED') c
          WHERE p.platform = p_platform FOR NO KEY UPDATE OF p;
          v_now := milo_now();`,
      },
    ],
    breaks: [1],
  },
  "slot freed on unknown": {
    replaced: {
      giveUpAttempt: (sql, input) =>
        giveUpAttempt(sql, { ...input, nothingExists: input.nothingExists || input.class === "unknown" }),
    },
    breaks: [4],
  },
  "claim not compared": {
    edits: [
      {
        name: "milo_claim",
        find: /AND d\.phase IN \('LAUNCHING', 'STARTING', 'RUNNING'\)\s+AND \(d\.boot_id IS NULL OR d\.boot_id = p_boot_id\) /,
        replace: "",
      },
    ],
    breaks: [2, 3],
  },
  "release ignoring the fence": {
    replaced: { giveUpAttempt: (sql, input) => giveUpAttempt(sql, { ...input, fence: null }) },
    breaks: [4],
  },
  "expiry outside the claim": {
    edits: [{ name: "milo_admit", find: " AND q.timeout_at > $1", replace: "" }],
    breaks: [3],
  },
  "open breaker not looked at": {
    edits: [{ name: "milo_room", find: " OR p.breaker_state = 'open'", replace: "" }],
    breaks: [1],
  },
  "trials without number": {
    edits: [
      {
        name: "milo_room",
        find: "p_launching > 0 OR milo_trial_taken(p) THEN 0 ELSE 1",
        replace: "false THEN 0 ELSE 1",
      },
    ],
    breaks: [1],
  },
  "orphans without a row": { replaced: { insertOrphans: async () => [] }, breaks: [4] },
  "orphans stopped by key": {
    replaced: {
      takeStopping: async (sql, request) =>
        (await takeStopping(sql, request)).map((one) =>
          one.launchKey.includes("~") ? { ...one, identifier: null } : one,
        ),
    },
    breaks: [3, 4],
  },
  "outages not left out": {
    edits: [
      {
        name: "milo_unheard",
        find: "sum(least(o.ended_at, p_until) - greatest(o.began_at, p_from))",
        replace: "sum(interval '0')",
      },
    ],
    breaks: [3],
  },
  "failover before revoke": { replaced: { giveUpAttempt: failOverBeforeRevoke }, breaks: [2] },
};

/** Offers the bot to the platforms again in one transaction, and only then gives its attempt up in another. */
async function failOverBeforeRevoke(sql: Sql, input: GiveUp): Promise<boolean> {
  await sql.begin((tx) => requeueFirst(tx, input));
  return giveUpAttempt(sql, input);
}

async function requeueFirst(tx: Queryable, input: GiveUp): Promise<void> {
  const locked = await lockAttempt(tx, input.deploymentId);
  if (locked?.entry?.status !== "PROCESSING" || locked.bot.status !== "DEPLOYING") return;
  const nowMs = await readNowMs(tx);
  const { entry } = locked;
  const reaction = {
    kind: "wait",
    state: toStageState(entry),
    history: toFailureHistory(entry),
    advanced: false,
  } as const;
  await requeueEntry(tx, { entry, reaction, lastFailure: input.reason, nowMs });
}
