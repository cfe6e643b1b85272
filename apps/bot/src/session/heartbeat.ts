import { HEARTBEAT_JITTER } from "@milo/bot-contract";
import { backoffMs } from "../effects/backoff.ts";
import type { Effects } from "../effects/effects.ts";
import type { MiloClient } from "../milo-client.ts";
import type { Lease } from "./lease.ts";
import type { LeaveOrder } from "./leave-order.ts";

export type Heartbeat = {
  /** Beats every interval ± HEARTBEAT_JITTER until `stop` is aborted. milo's silence changes nothing. */
  run(intervalMs: number, stop: AbortSignal): Promise<void>;
  /** Beats now and again, with back-off, until the lease is held or the bot is to leave. */
  renewLease(): Promise<void>;
};

export function createHeartbeat(client: MiloClient, lease: Lease, leave: LeaveOrder, effects: Effects): Heartbeat {
  /** @returns whether milo answered */
  async function beat(): Promise<boolean> {
    const outcome = await client.heartbeat();
    if (outcome.kind !== "answered") {
      effects.log("warn", "a heartbeat was not answered", { reason: outcome.reason });
      return false;
    }
    if (outcome.reply.accepted) lease.grant(outcome.sentAtMs, outcome.reply.leaseMs);
    if (outcome.reply.leave || !outcome.reply.accepted) leave.order("asked");
    return true;
  }

  return {
    async run(intervalMs, stop) {
      while (!stop.aborted) {
        const spread = 1 + HEARTBEAT_JITTER * (2 * effects.random() - 1);
        await effects.clock.sleep(intervalMs * spread, stop);
        if (!stop.aborted) await beat();
      }
    },
    async renewLease() {
      for (let failures = 1; !lease.isHeld() && !leave.signal.aborted; failures += 1) {
        await beat();
        if (lease.isHeld() || leave.signal.aborted) return;
        await effects.clock.sleep(backoffMs(failures, effects.random()), leave.signal);
      }
    },
  };
}
