export type Listeners<Told> = {
  /** → removes it. */
  add(listener: (told: Told) => void): () => void;
  tell(told: Told): void;
};

export function createListeners<Told>(): Listeners<Told> {
  const all = new Set<(told: Told) => void>();
  return {
    add(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    tell(told) {
      for (const listener of [...all]) listener(told);
    },
  };
}
