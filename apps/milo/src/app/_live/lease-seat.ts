import type { LiveClock } from "./live-stream.ts";
import type { Seat } from "./share-stream.ts";

type Lease = { tab: string; untilMs: number };
export type LeaseStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const LEASE_MS = 5_000;
const RENEW_EVERY_MS = 1_000;
/** Of tabs that wrote at the same moment the last has it: the others see its name when they look again. */
const SETTLE_MS = 250;

/**
 * The seat as a lease in the browser's storage, for pages over plain HTTP, which have no locks. Should two tabs believe for
 * a moment that they have it, then there is a stream more than need be, and nothing else.
 */
export function createLeaseSeat(
  store: LeaseStore,
  name: string,
  tab: string,
  clock: Pick<LiveClock, "nowMs" | "after">,
): Seat {
  let cancel = () => {};

  function look(change: (isHeld: boolean) => void): void {
    const lease = read(store.getItem(name));
    const isMine = lease?.tab === tab;
    const isFree = lease === null || lease.untilMs <= clock.nowMs();
    if (isMine || isFree) store.setItem(name, JSON.stringify({ tab, untilMs: clock.nowMs() + LEASE_MS }));
    cancel = clock.after(isFree && !isMine ? SETTLE_MS : RENEW_EVERY_MS, () => look(change));
    // What was free is had when it still is at the next look.
    change(isMine);
  }

  return {
    want(change) {
      cancel();
      cancel = clock.after(0, () => look(change));
    },
    // What nobody renews is free by itself.
    steal() {},
    leave() {
      cancel();
      if (read(store.getItem(name))?.tab === tab) store.removeItem(name);
    },
  };
}

function read(text: string | null): Lease | null {
  try {
    const { tab, untilMs } = JSON.parse(text ?? "") as Partial<Lease>;
    return typeof tab === "string" && typeof untilMs === "number" ? { tab, untilMs } : null;
  } catch {
    return null;
  }
}
