import type { Seat } from "./share-stream.ts";

/** The seat as a lock of the browser's: it goes to the next tab in line the moment its holder leaves, closes or dies. */
export function createLockSeat(locks: Pick<LockManager, "request">, name: string): Seat {
  let leave = () => {};
  return {
    want(change) {
      leave();
      const left = new AbortController();
      leave = () => left.abort();
      const hold = () =>
        new Promise<void>((release) => {
          if (left.signal.aborted) return release();
          left.signal.addEventListener("abort", () => release());
          change(true);
        });
      locks.request(name, { signal: left.signal }, hold).catch((error: unknown) => {
        // Without the right to locks, each tab is as if it were alone.
        if (!left.signal.aborted) change(true);
        else if (!isAbort(error)) throw error;
      });
    },
    leave: () => leave(),
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
