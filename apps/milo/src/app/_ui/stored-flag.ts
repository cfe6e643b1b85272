type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

export type StoredFlags = {
  read(key: string, fallback: boolean): boolean;
  write(key: string, value: boolean): void;
  subscribe(listener: () => void): () => void;
};

const PREFIX = "milo:";

/** Flags kept under their keys. Where storage is refused (a private window) they last as long as the page. */
export function createStoredFlags(openStorage: () => Storage): StoredFlags {
  const kept = new Map<string, boolean>();
  const listeners = new Set<() => void>();
  return {
    read(key, fallback) {
      const inMemory = kept.get(key);
      if (inMemory !== undefined) return inMemory;
      try {
        const stored = openStorage().getItem(PREFIX + key);
        return stored === null ? fallback : stored === "true";
      } catch {
        return fallback;
      }
    },
    write(key, value) {
      try {
        openStorage().setItem(PREFIX + key, String(value));
        kept.delete(key);
      } catch {
        kept.set(key, value);
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
