import type { Logger } from "pino";
import { isRepeatable, isUndone, withRetry } from "#server/database/retry.ts";

/** What became of one of many. `code` and `message` say why not, or what is to be known about a success. */
export type ItemResult = { id: number; ok: boolean; code?: string; message?: string };
/** What is told of one, but for its id; `Extra` is what a success has besides. */
export type ItemAnswer<Extra extends object = object> = Omit<ItemResult, "id"> & Partial<Extra>;
/** One per id, in the order asked, each id once. */
export type BulkResult = { results: ItemResult[] };

/** Few enough to leave connections to everybody else. */
const AT_ONCE = 4;

/** How an item is tried again when the database is away or busy, and what is said when that did not help. */
export type Repeating = { when(error: unknown): boolean; inVain: string };

export const FREELY: Repeating = {
  when: isRepeatable,
  inVain: "It is being worked on, or the database is away; try again",
};

/** For what would be done twice: a lost connection may have lost the answer alone. */
export const ONLY_UNDONE: Repeating = {
  when: isUndone,
  inVain: "The database was away; it may have been accepted: look before you send it again",
};

/**
 * Does the same to each of many, each in a transaction of its own: one that cannot be done stops none of the others. An
 * item that fails by a fault of ours is `FAILED` and the log says why; one that could not be reached is `UNAVAILABLE`.
 * Without `repeating` an item is done again after a lost connection, too: only for what comes to the same when done twice.
 */
export async function runBulk<Extra extends object>(
  ids: readonly number[],
  act: (id: number) => Promise<ItemAnswer<Extra>>,
  log: Logger,
  repeating: (id: number) => Repeating = () => FREELY,
): Promise<{ results: (ItemResult & Partial<Extra>)[] }> {
  const queue = [...new Set(ids)];
  const results = new Map<number, { id: number } & ItemAnswer<Extra>>();
  const left = queue.values();
  const work = async () => {
    for (const id of left) results.set(id, { id, ...(await actOnce(id, act, log, repeating(id))) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { results: queue.flatMap((id) => results.get(id) ?? []) };
}

async function actOnce<Extra extends object>(
  id: number,
  act: (id: number) => Promise<ItemAnswer<Extra>>,
  log: Logger,
  { when, inVain }: Repeating,
): Promise<ItemAnswer<Extra>> {
  try {
    return await withRetry(() => act(id), when);
  } catch (error) {
    return describeFailure(error, id, log, inVain) as ItemAnswer<Extra>;
  }
}

function describeFailure(error: unknown, id: number, log: Logger, inVain: string): ItemAnswer {
  if (isRepeatable(error)) {
    return { ok: false, code: "UNAVAILABLE", message: inVain };
  }
  log.error({ err: error, id }, "One of many could not be done");
  return { ok: false, code: "FAILED", message: "Something went wrong in milo; its log says what" };
}
