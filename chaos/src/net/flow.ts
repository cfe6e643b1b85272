import type { Socket } from "node:net";

/** `up`: from who opened the connection. */
export type Direction = "up" | "down";

/** One direction of a connection: in order, each part as late as the delay at its arrival says. */
export type Flow = {
  send(chunk: Buffer): void;
  end(): void;
  /** Something of it was swallowed. */
  lost: boolean;
};

export function createFlow(to: Socket, delayMs: () => number): Flow {
  let last: Promise<void> | null = null;
  const after = (work: () => void) => {
    const ms = delayMs();
    if (ms === 0 && last === null) return work();
    const before = last ?? Promise.resolve();
    const slept = new Promise<void>((resolve) => setTimeout(resolve, ms));
    const mine = Promise.all([before, slept]).then(() => {
      work();
      if (last === mine) last = null;
    });
    last = mine;
  };
  return {
    lost: false,
    send: (chunk) => after(() => void (to.destroyed || to.write(chunk))),
    end: () => after(() => void to.end()),
  };
}
