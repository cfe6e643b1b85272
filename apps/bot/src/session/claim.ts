import type { ClaimReply } from "@milo/bot-contract";
import { backoffMs } from "../effects/backoff.ts";
import type { Effects } from "../effects/effects.ts";
import type { MiloClient } from "../milo-client.ts";

/**
 * How long a bot asks for its claim. Longer than the start deadlines of most platforms (3 min), after which milo
 * would refuse it anyway, and long enough to outlive a restart of milo.
 */
export const CLAIM_PATIENCE_MS = 600_000;

type Granted = Extract<ClaimReply, { accepted: true }>;
type Refused = Extract<ClaimReply, { accepted: false }>;
export type ClaimResult =
  | { kind: "granted"; reply: Granted; sentAtMs: number }
  | { kind: "refused"; reply: Refused }
  | { kind: "given_up"; reason: string };

/**
 * Asks until milo answers, rejects the request for good, `patienceMs` have passed or `stop` is aborted. A call in
 * flight is always awaited: its claim may have been granted, and then milo has to hear how it ended.
 */
export async function claimAttempt(
  client: MiloClient,
  effects: Effects,
  stop: AbortSignal,
  patienceMs = CLAIM_PATIENCE_MS,
): Promise<ClaimResult> {
  const giveUpAtMs = effects.clock.monotonicMs() + patienceMs;
  for (let failures = 1; ; failures += 1) {
    const outcome = await client.claim();
    if (outcome.kind === "answered") return interpretAnswer(outcome.reply, outcome.sentAtMs);
    if (outcome.kind !== "unavailable") return { kind: "given_up", reason: outcome.reason };
    effects.log("warn", "milo could not be asked for the claim", { reason: outcome.reason, failures });
    const waitMs = backoffMs(failures, effects.random());
    if (stop.aborted) return { kind: "given_up", reason: "ended before the claim was granted" };
    if (effects.clock.monotonicMs() + waitMs > giveUpAtMs) return { kind: "given_up", reason: outcome.reason };
    await effects.clock.sleep(waitMs, stop);
    if (stop.aborted) return { kind: "given_up", reason: "ended before the claim was granted" };
  }
}

function interpretAnswer(reply: ClaimReply, sentAtMs: number): ClaimResult {
  return reply.accepted ? { kind: "granted", reply, sentAtMs } : { kind: "refused", reply };
}
