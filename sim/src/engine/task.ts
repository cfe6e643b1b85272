import { AsyncLocalStorage } from "node:async_hooks";

/**
 * One operation of a simulated process. It runs only while the scheduler resumes it, from one place where it parks
 * (a failpoint, a platform call, a sleep) to the next, so that the order of everything follows from the seed.
 */
export type Task = {
  readonly name: string;
  readonly startedAtMs: number;
  /** Where it waits to be resumed; null while it runs and after its end. */
  parkedAt(): string | null;
  isOver(): boolean;
  /** Not resumable before what it sleeps for has come. */
  isAsleep(): boolean;
  /** Runs it until it parks again or ends. Answers the error that ended it, if one did. */
  resume(): Promise<unknown>;
};

type Running = {
  parkedAt: string | null;
  asleep: boolean;
  release: () => void;
  settled: () => void;
};

const current = new AsyncLocalStorage<Running>();

/** Suspends the operation that is running until the scheduler resumes it. Outside of one: does nothing. */
export async function park(place: string): Promise<void> {
  const running = current.getStore();
  if (running === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  running.release = resolve;
  running.parkedAt = place;
  running.settled();
  await promise;
}

/** Parks until `ready` settles and the scheduler then resumes the operation. */
export async function parkUntil(place: string, ready: Promise<void>): Promise<void> {
  const running = current.getStore();
  if (running === undefined) return ready;
  running.asleep = true;
  const awake = () => {
    running.asleep = false;
  };
  ready.then(awake, awake);
  await park(place);
  return ready;
}

export function createTask(name: string, startedAtMs: number, work: () => Promise<void>): Task {
  let over = false;
  let failure: unknown;
  let begun = false;
  const running: Running = {
    parkedAt: "start",
    asleep: false,
    release: () => {},
    settled: () => {},
  };
  const begin = () =>
    current.run(running, async () => {
      try {
        await work();
      } catch (error) {
        failure = error;
      }
      over = true;
      running.settled();
    });
  return {
    name,
    startedAtMs,
    parkedAt: () => running.parkedAt,
    isOver: () => over,
    isAsleep: () => running.asleep,
    async resume() {
      const { promise, resolve } = Promise.withResolvers<void>();
      running.settled = resolve;
      running.parkedAt = null;
      if (begun) running.release();
      else {
        begun = true;
        void begin();
      }
      await promise;
      return failure;
    },
  };
}
