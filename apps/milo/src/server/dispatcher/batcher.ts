/**
 * Gathers calls that arrive while an earlier batch is under way into the next one: at rest a call goes out at
 * once, under load one commit serves many. `run` answers one result per item, in order; one that
 * is still a promise holds up its own call only.
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result>)[]>,
  maxBatch = 200,
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve(result: Result | Promise<Result>): void; reject(error: unknown): void };
  const waiting: Waiting[] = [];
  let underWay = false;

  async function drain(): Promise<void> {
    underWay = true;
    // Let every call of this turn of the event loop join the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxBatch);
      try {
        const results = await run(batch.map((call) => call.item));
        batch.forEach((call, index) => {
          call.resolve(results[index] as Result | Promise<Result>);
        });
      } catch (error) {
        for (const call of batch) call.reject(error);
      }
    }
    underWay = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!underWay) void drain();
    });
}
