import { describe, expect, it } from "vitest";
import { countChanges } from "./hold-rows.ts";

const [a, b, c] = [{ id: 1 }, { id: 2 }, { id: 3 }];
const count = (held: { id: number }[], latest: { id: number }[]) => countChanges(held, latest, ({ id }) => id);

describe("rows that are held still", () => {
  it("are told how many came, went and differ", () => {
    expect(count([a, b], [a, b])).toBe(0);
    expect(count([a, b], [a, b, c])).toBe(1);
    expect(count([a, b], [b])).toBe(1);
    expect(count([a, b], [a, { id: 2 }])).toBe(1);
    expect(count([a, b], [c])).toBe(3);
  });

  it("are told when only their order is another", () => {
    expect(count([a, b, c], [b, a, c])).toBe(2);
  });
});
