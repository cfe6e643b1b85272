import type { createCaller } from "#server/api/root.ts";

export type Caller = ReturnType<typeof createCaller>;

/** Next loads modules a second time in the same process; only what hangs on globalThis is the same for both. */
const SLOT = Symbol.for("milo.caller");
type Slot = { [SLOT]?: Caller };

/** Makes the process's API callable from pages. */
export function publishCaller(caller: Caller): void {
  (globalThis as Slot)[SLOT] = caller;
}

/** The process's API. Throws outside milo's own web process. */
export function readCaller(): Caller {
  const caller = (globalThis as Slot)[SLOT];
  if (caller === undefined) throw new Error("Pages are served by milo's web process: run npm start or npm run dev.");
  return caller;
}
