import { connect, createServer, type Socket } from "node:net";
import { createFlow, type Direction, type Flow } from "./flow.ts";
import type { Tap } from "./tap.ts";

/** What a connection does. `half`: it is accepted, and what is sent in that direction is swallowed. */
export type LinkMode = { kind: "open" } | { kind: "cut" } | { kind: "half"; directions: readonly Direction[] };

/** Where in an exchange something is to happen: before it arrives, with its answer under way, with its answer told. */
export type Instant = "before" | "answered" | "told";

/**
 * What becomes of what is under way at a named instant: it passes on, or is dropped with its connection, or, on its way
 * there, arrives so much later, whether or not its sender still waits for an answer.
 */
export type Verdict = "pass" | "drop" | { holdMs: number };

/** A hook at a named instant. */
export type Trigger = (name: string, instant: Instant) => Verdict;

/** A TCP proxy between two parts of the stack. */
export type Link = {
  name: string;
  port: number;
  isOpen(): boolean;
  setMode(mode: LinkMode): void;
  setDelay(direction: Direction, ms: number): void;
  /** Everything as it should be. What was swallowed is lost with its connection, as behind a router that forgot it. */
  heal(): void;
  setTrigger(trigger: Trigger | null): void;
  isArmed(): boolean;
  /** Connections with something on its way that is held up. */
  held(): number;
  close(): void;
};

export type LinkOptions = {
  name: string;
  /** The port on loopback to connect to; null = nobody is there. */
  target(): number | null;
  tap(): Tap;
  onChange?(): void;
};

type Pair = { client: Socket; server: Socket; up: Flow; down: Flow; heldUp: Buffer[] | null };

export async function openLink({ name, target, tap, onChange }: LinkOptions): Promise<Link> {
  const pairs = new Set<Pair>();
  const delays: Record<Direction, number> = { up: 0, down: 0 };
  let mode: LinkMode = { kind: "open" };
  let trigger: Trigger | null = null;
  let held = 0;

  const drop = (pair: Pair) => {
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
    pairs.delete(pair);
  };
  const judge = (names: readonly string[], instant: Instant): Verdict => {
    for (const name of names) {
      const verdict = trigger?.(name, instant) ?? "pass";
      if (verdict !== "pass") return verdict;
    }
    return "pass";
  };
  const hold = (pair: Pair, ms: number) => {
    const chunks: Buffer[] = [];
    pair.heldUp = chunks;
    held++;
    setTimeout(() => {
      held--;
      pair.heldUp = null;
      for (const chunk of chunks) pair.up.send(chunk);
      if (pair.client.destroyed) pair.up.end();
    }, ms).unref();
  };
  const swallows = (direction: Direction) => mode.kind === "half" && mode.directions.includes(direction);

  const listener = createServer({ noDelay: true }, (client) => {
    client.on("error", () => undefined);
    const port = target();
    if (mode.kind === "cut" || port === null) return void client.resetAndDestroy();
    const server = connect({ port, host: "127.0.0.1", noDelay: true });
    const reader = tap();
    const pair: Pair = {
      client,
      server,
      up: createFlow(server, () => delays.up),
      down: createFlow(client, () => delays.down),
      heldUp: null,
    };
    pairs.add(pair);
    client.on("data", (chunk) => {
      const verdict = judge(reader.up(chunk), "before");
      if (verdict === "drop") return drop(pair);
      if (typeof verdict === "object") hold(pair, verdict.holdMs);
      if (pair.heldUp !== null) pair.heldUp.push(chunk);
      else if (swallows("up")) pair.up.lost = true;
      else pair.up.send(chunk);
    });
    server.on("data", (chunk) => {
      const names = reader.down(chunk);
      if (judge(names, "answered") === "drop") return drop(pair);
      if (swallows("down")) pair.down.lost = true;
      else pair.down.send(chunk);
      if (judge(names, "told") === "drop") drop(pair);
    });
    const end = () => {
      if (pair.heldUp === null) pair.up.end();
      pair.down.end();
      pairs.delete(pair);
    };
    client.on("close", end);
    server.on("close", end);
    server.on("error", () => client.resetAndDestroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error(`The proxy ${name} has no port`);

  const setMode = (next: LinkMode) => {
    mode = next;
    if (mode.kind === "cut") for (const pair of [...pairs]) drop(pair);
    onChange?.();
  };
  return {
    name,
    port: address.port,
    isOpen: () => mode.kind === "open",
    setMode,
    setDelay: (direction, ms) => {
      delays[direction] = ms;
    },
    heal() {
      for (const pair of [...pairs]) if (pair.up.lost || pair.down.lost) drop(pair);
      delays.up = 0;
      delays.down = 0;
      setMode({ kind: "open" });
    },
    setTrigger: (next) => {
      trigger = next;
    },
    isArmed: () => trigger !== null,
    held: () => held,
    close() {
      listener.close();
      for (const pair of [...pairs]) drop(pair);
    },
  };
}
