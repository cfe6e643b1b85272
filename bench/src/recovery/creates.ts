import type { Child } from "../child.ts";
import type { CreateCall } from "../messages.ts";

/** The create calls that a dispatcher tells of. */
export type Creates = {
  /** When each launch was sent first, by its key; by the machine's monotonic clock. */
  atMs: ReadonlyMap<string, number>;
  /** Settles when so many launches were sent in all; rejects when that takes too long. */
  reach(count: number, withinMs: number): Promise<void>;
};

export function hearCreates(child: Child): Creates {
  const atMs = new Map<string, number>();
  let tell = () => {};
  child.process.on("message", (message: CreateCall | { kind: "other" }) => {
    if (message.kind !== "create") return;
    if (!atMs.has(message.launchKey)) atMs.set(message.launchKey, message.atMs);
    tell();
  });
  return {
    atMs,
    reach: (count, withinMs) =>
      new Promise((resolve, reject) => {
        const late = () => reject(new Error(`${atMs.size} of ${count} launches were sent within ${withinMs} ms`));
        const timer = setTimeout(late, withinMs).unref();
        tell = () => {
          if (atMs.size < count) return;
          clearTimeout(timer);
          resolve();
        };
        tell();
      }),
  };
}
