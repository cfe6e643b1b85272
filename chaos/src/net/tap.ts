/** Reads along one connection. */
export type Tap = {
  /** The names of the requests that begin in what the client sends. */
  up(chunk: Buffer): string[];
  /** The names of the requests whose answers come in what the server sends. */
  down(chunk: Buffer): string[];
};

export const NO_TAP: Tap = { up: () => [], down: () => [] };
