import type { BotEvent } from "@milo/bot-contract";
import type { Heartbeat } from "./heartbeat.ts";
import type { Lease } from "./lease.ts";
import { aborted, type LeaveOrder } from "./leave-order.ts";
import type { Outbox } from "./outbox.ts";

type Parts = { lease: Lease; heartbeat: Heartbeat; outbox: Outbox; leave: LeaveOrder };

/**
 * Reports JOINING_CALL until milo has accepted it under a lease that is still held when the answer is read; a bot
 * that was frozen meanwhile renews its lease and asks again. The caller joins at once, without another wait.
 *
 * @returns false when the bot must not join
 */
export async function askToJoin(joining: BotEvent, { lease, heartbeat, outbox, leave }: Parts): Promise<boolean> {
  while (!leave.signal.aborted) {
    await heartbeat.renewLease();
    if (leave.signal.aborted) return false;
    const delivery = await Promise.race([outbox.send(joining), aborted(leave.signal)]);
    if (!delivery || leave.signal.aborted) return false;
    if (!delivery.accepted || delivery.status !== joining.status) return false;
    if (lease.isHeld()) return true;
  }
  return false;
}
