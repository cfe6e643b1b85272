import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "./database.ts";
import type { Gate } from "./gated-sql.ts";
import type { Random } from "./random.ts";

/** One side of a race: work on a connection of its own, whose statements the race sends one by one. */
export type Racer = {
  name: string;
  connection: Connection;
  gate: Gate;
  /** The name under which its admissions wait between count and claim; null = it admits nothing. */
  admissionKey: string | null;
  run(): Promise<void>;
};

type Side = Racer & {
  state: "held" | "sent" | "blocked" | "at_admission_gate" | "over";
  release: () => void;
  /** Settles when the statement that was sent last is over. */
  answered: Promise<void>;
  answer: () => void;
  gateOpen: boolean;
};

/** How long a statement usually takes at most: only then is it worth asking what it waits for. */
const SOON_MS = 3;

/**
 * Runs several operations at once and decides in which order their statements reach the database, also between
 * the statements of a transaction and between an admission's count and its claim. What waits for a lock of another
 * is left until that one is done. The order follows from the seed alone.
 */
export async function race(random: Random, observer: Connection, racers: readonly Racer[]): Promise<void> {
  const sides = racers.map(
    (racer): Side => ({
      ...racer,
      state: "over",
      release: () => {},
      answered: Promise.resolve(),
      answer: () => {},
      gateOpen: false,
    }),
  );
  for (const side of sides) await closeAdmission(observer, side);
  for (const side of sides) {
    holdStatements(side);
    send(side);
    void side.run().finally(() => {
      side.state = "over";
      side.answer();
    });
    await settle(observer, sides);
  }
  while (sides.some((side) => side.state !== "over")) {
    const able = sides.filter((side) => side.state === "held" || side.state === "at_admission_gate");
    if (able.length > 0) await letGo(observer, random.pick(able));
    // With nobody able, the database is breaking a deadlock.
    else await delay(5);
    await settle(observer, sides);
  }
  for (const side of sides) {
    side.gate.pass = null;
    if (!side.gateOpen) await openAdmission(observer, side);
  }
}

function holdStatements(side: Side): void {
  side.gate.pass = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    side.release = () => {
      send(side);
      resolve();
    };
    side.state = "held";
    side.answer();
    return promise;
  };
}

function send(side: Side): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  side.state = "sent";
  side.answered = promise;
  side.answer = resolve;
}

async function letGo(observer: Connection, side: Side): Promise<void> {
  if (side.state === "held") return side.release();
  send(side);
  await openAdmission(observer, side);
}

/** Waits until every side is held, over, or waits for a lock. */
async function settle(observer: Connection, sides: readonly Side[]): Promise<void> {
  for (;;) {
    const sent = sides.filter((s) => s.state === "sent");
    if (sent.length > 0) await Promise.race([delay(SOON_MS), ...sent.map((s) => s.answered)]);
    const busy = sides.filter((s) => s.state === "sent" || s.state === "blocked" || s.state === "at_admission_gate");
    if (busy.length === 0) return;
    const waiting = await readWaiting(observer, busy);
    for (const side of busy) noteWaiting(side, waiting.get(side.connection.pid));
    if (!sides.some((s) => s.state === "sent")) return;
  }
}

function noteWaiting(side: Side, lock: string | undefined): void {
  if (side.state === "held" || side.state === "over") return;
  if (lock === undefined) side.state = "sent";
  else side.state = lock === "advisory" ? "at_admission_gate" : "blocked";
}

async function readWaiting(observer: Connection, sides: readonly Side[]): Promise<Map<number, string>> {
  const rows = await observer.sql<{ pid: number; locktype: string }[]>`
    SELECT pid, locktype FROM pg_locks WHERE NOT granted AND pid = ANY(${sides.map((s) => s.connection.pid)}::int[])`;
  return new Map(rows.map((row) => [row.pid, row.locktype]));
}

async function closeAdmission(observer: Connection, side: Side): Promise<void> {
  if (side.admissionKey === null) side.gateOpen = true;
  else await observer.sql`SELECT pg_advisory_lock(hashtext(${side.admissionKey}))`;
}

async function openAdmission(observer: Connection, side: Side): Promise<void> {
  if (side.gateOpen || side.admissionKey === null) return;
  side.gateOpen = true;
  await observer.sql`SELECT pg_advisory_unlock(hashtext(${side.admissionKey}))`;
}
