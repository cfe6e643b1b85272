export type ToastTone = "good" | "bad" | "info";

export type Toast = {
  id: number;
  tone: ToastTone;
  title: string;
  text?: string;
  /** What can be done about it. `altText` says how else, for who cannot reach it in time. */
  action?: { label: string; altText: string; onClick(): void };
};

export type ToastStore = {
  add(toast: Omit<Toast, "id">): void;
  remove(id: number): void;
  read(): readonly Toast[];
  subscribe(listener: () => void): () => void;
};

/** More at once than this nobody reads: the oldest goes. */
const MOST = 4;

/** Which toasts are shown, oldest first. */
export function createToastStore(): ToastStore {
  let toasts: readonly Toast[] = [];
  let lastId = 0;
  const listeners = new Set<() => void>();
  const set = (next: readonly Toast[]) => {
    toasts = next;
    for (const listener of listeners) listener();
  };
  return {
    add(toast) {
      lastId += 1;
      set([...toasts, { ...toast, id: lastId }].slice(-MOST));
    },
    remove: (id) => set(toasts.filter((toast) => toast.id !== id)),
    read: () => toasts,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The tab's toasts, which `Toaster` shows. */
export const tabToasts = createToastStore();

/** Says in a corner, and to screen readers, what came of an action. */
export function showToast(toast: Omit<Toast, "id">): void {
  tabToasts.add(toast);
}
