/**
 * The deduplication key of an order: the same one when the same order is sent again because its answer was lost, so that
 * only one bot comes; a new one for another order, or after `forget`, when the order was answered.
 */
export type OrderKey = { of(order: object): string; forget(): void };

export function createOrderKey(random: () => number = Math.random): OrderKey {
  let last: { text: string; key: string } | null = null;
  return {
    of(order) {
      const text = JSON.stringify(order);
      if (last?.text !== text) last = { text, key: `console-${makeKey(random)}` };
      return last.key;
    },
    forget() {
      last = null;
    },
  };
}

/** Not a secret: it only has to differ. `crypto.randomUUID` is missing on pages without TLS. */
function makeKey(random: () => number): string {
  return Array.from({ length: 2 }, () => random().toString(36).slice(2).padEnd(8, "0")).join("");
}
