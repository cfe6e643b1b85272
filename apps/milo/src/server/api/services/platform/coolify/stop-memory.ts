/** Kept for a while after the application is gone, so that asking again is answered the same. */
const KEEP_MS = 24 * 3_600_000;

/** A stop of ours, and what the application said of itself when it was ordered. */
export type StopNote = {
  launchKey: string;
  firstOrderedAtMs: number;
  lastOrderedAtMs: number;
  /** Whether the status showed a container then: if it shows none later, that was written after the order. */
  wasUp: boolean;
  /** Coolify's time of the last change of the status then. */
  statusChangedAt: string | null;
  /** Only looks with a higher number began after the latest order. */
  orderedAfterLook: number;
  /** It was seen to have ended, or never to have started: from here on a 404 means gone. */
  isEndConfirmed: boolean;
};

/**
 * The stops this process ordered. Coolify doesn't record who stopped an application, and without an order `exited`
 * proves nothing. A restart forgets, which costs a second order and another wait, and never a wrong answer.
 */
export class StopMemory {
  readonly #notes = new Map<string, StopNote>();

  get(uuid: string): StopNote | null {
    return this.#notes.get(uuid) ?? null;
  }

  set(uuid: string, note: StopNote): void {
    for (const [old, { lastOrderedAtMs }] of this.#notes) {
      if (lastOrderedAtMs < note.lastOrderedAtMs - KEEP_MS) this.#notes.delete(old);
    }
    this.#notes.set(uuid, note);
  }

  forget(uuid: string): void {
    this.#notes.delete(uuid);
  }

  /** Whether an application of this launch was confirmed to have ended before it vanished. */
  isEndConfirmed(launchKey: string, uuid: string | null): boolean {
    if (uuid) return this.#notes.get(uuid)?.isEndConfirmed ?? false;
    return [...this.#notes.values()].some((note) => note.launchKey === launchKey && note.isEndConfirmed);
  }
}
