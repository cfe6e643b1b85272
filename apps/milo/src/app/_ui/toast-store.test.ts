import { describe, expect, it } from "vitest";
import { createToastStore } from "./toast-store.ts";

describe("toasts", () => {
  it("are shown oldest first until they are removed, and no more than four", () => {
    const store = createToastStore();
    for (const title of ["a", "b", "c", "d", "e"]) store.add({ tone: "good", title });
    expect(store.read().map((toast) => toast.title)).toEqual(["b", "c", "d", "e"]);
    store.remove(store.read()[1]!.id);
    expect(store.read().map((toast) => toast.title)).toEqual(["b", "d", "e"]);
  });

  it("tell whoever shows them of a new one", () => {
    const store = createToastStore();
    let told = 0;
    const stop = store.subscribe(() => told++);
    store.add({ tone: "bad", title: "a" });
    stop();
    store.add({ tone: "bad", title: "b" });
    expect(told).toBe(1);
  });
});
