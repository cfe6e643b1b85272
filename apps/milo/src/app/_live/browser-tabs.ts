import { createLeaseSeat } from "./lease-seat.ts";
import type { LiveClock } from "./live-stream.ts";
import { createLockSeat } from "./lock-seat.ts";
import type { Said } from "./said.ts";
import type { Seat, SharedStreamOptions } from "./share-stream.ts";

/** Another number where what tabs say to each other has changed: tabs of before and after a deployment do not mix. */
const NAME = "milo-live-2";

/** The tabs of this browser that show this milo; names are per origin. */
export function tabsOfBrowser(clock: LiveClock): SharedStreamOptions["openTabs"] {
  return (tab, hear) => {
    try {
      const seat = openSeat(tab, clock);
      const channel = new BroadcastChannel(NAME);
      channel.addEventListener("message", ({ data }: MessageEvent<Said>) => hear(data));
      return { seat, say: (said) => channel.postMessage(said), close: () => channel.close() };
    } catch {
      // A browser that keeps no storage for this page, or lets pages not speak to each other.
      return null;
    }
  };
}

/** By a lock where there are any: over HTTPS and on this machine. */
function openSeat(tab: string, clock: LiveClock): Seat {
  if (navigator.locks !== undefined) return createLockSeat(navigator.locks, NAME);
  return createLeaseSeat(localStorage, NAME, tab, clock);
}
