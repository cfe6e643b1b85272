import type { Seat } from "./share-stream.ts";

/**
 * The seat as a lock of the browser's: it goes to the next tab in line the moment its holder leaves, closes or dies. Who is
 * robbed of it stands in line again.
 */
export function createLockSeat(locks: Pick<LockManager, "request">, name: string): Seat {
  let leave = () => {};
  let wanting: ((isHeld: boolean) => void) | null = null;

  function request(change: (isHeld: boolean) => void, isTheft: boolean): void {
    leave();
    const left = new AbortController();
    leave = () => left.abort();
    const hold = () =>
      new Promise<void>((release) => {
        if (left.signal.aborted) return release();
        left.signal.addEventListener("abort", () => release());
        change(true);
      });
    // A browser takes no signal with what is had at once.
    const options = isTheft ? { steal: true } : { signal: left.signal };
    locks.request(name, options, hold).catch((error: unknown) => {
      if (left.signal.aborted) {
        if (!isAbort(error)) throw error;
      } else if (isAbort(error)) {
        change(false);
        request(change, false);
        // Without the right to locks, each tab is as if it were alone.
      } else change(true);
    });
  }

  return {
    want(change) {
      wanting = change;
      request(change, false);
    },
    steal() {
      if (wanting !== null) request(wanting, true);
    },
    leave() {
      wanting = null;
      leave();
    },
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
