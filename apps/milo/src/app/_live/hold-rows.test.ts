import { describe, expect, it } from "vitest";
import { countChanges } from "./hold-rows.ts";

const [a, b, c] = [{ id: 1 }, { id: 2 }, { id: 3 }];
type Named = { id: number; name?: string; countdown?: number };
const identity = { keyOf: ({ id }: Named) => id, printOf: ({ id, name }: Named) => `${id} ${name}` };
const count = (held: Named[], latest: Named[]) => countChanges(held, latest, identity);

describe("rows that are held still", () => {
  it("are told how many came, went and differ", () => {
    expect(count([a, b], [a, b])).toBe(0);
    expect(count([a, b], [a, b, c])).toBe(1);
    expect(count([a, b], [b])).toBe(1);
    expect(count([a, b], [a, { id: 2, name: "another" }])).toBe(1);
    expect(count([a, b], [c])).toBe(3);
  });

  it("count what a row says, not what runs in it", () => {
    expect(count([a, b], [{ id: 1, countdown: 41 }, { id: 2 }])).toBe(0);
  });

  it("are told when only their order is another", () => {
    expect(count([a, b, c], [b, a, c])).toBe(2);
  });
});
