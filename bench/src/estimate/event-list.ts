/** Things to happen, taken out in the order of their time, and of their coming in at the same time. */
export type EventList<T> = { add: (atMs: number, what: T) => void; next: () => { atMs: number; what: T } | undefined };

export function createEventList<T>(): EventList<T> {
  const heap: { atMs: number; n: number; what: T }[] = [];
  let added = 0;
  const before = (a: number, b: number) => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.atMs - other.atMs < 0 || (one.atMs === other.atMs && one.n < other.n);
  };
  const swap = (a: number, b: number) => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  };
  return {
    add(atMs, what) {
      let at = heap.push({ atMs, n: added++, what }) - 1;
      for (let parent = (at - 1) >> 1; at > 0 && before(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent);
        at = parent;
      }
    },
    next() {
      swap(0, heap.length - 1);
      const first = heap.pop();
      for (let at = 0; ; ) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2]) if (before(child, least)) least = child;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
