import { describe, expect, it } from "vitest";
import { patiently } from "./patiently.ts";

const failing = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));

describe("reading what a viewer has missed", () => {
  it("tells that what is shown is old while the database hangs, and when it answers", async () => {
    const answer = Promise.withResolvers<string>();
    const told = patiently(() => answer.promise, new AbortController().signal);
    expect(await told.next()).toMatchObject({ done: false, value: { message: { type: "stalled" } } });
    const next = told.next();
    answer.resolve("page");
    expect(await next).toMatchObject({ value: { message: { type: "resumed" } } });
    expect(await told.next()).toEqual({ done: true, value: "page" });
  });

  it.each(["57014", "55P03", "57P03"])("asks again after %s, as while the database is away", async (code) => {
    const answers = [failing(code), Promise.resolve("page")];
    const told = patiently(() => answers.shift() ?? expect.fail("asked too often"), new AbortController().signal);
    const types: unknown[] = [];
    let step = await told.next();
    for (; !step.done; step = await told.next()) types.push(step.value.message.type);
    expect([types, step.value]).toEqual([["stalled", "resumed"], "page"]);
  });

  it("fails at once where asking again is of no use", async () => {
    await expect(patiently(() => failing("42P01"), new AbortController().signal).next()).rejects.toThrow("42P01");
  });

  it.each([
    ["hangs", () => new Promise<string>(() => {})],
    ["is away", () => failing("57P03")],
  ])("ends at once when the stream is to end, though the database %s", async (_, work) => {
    const toEnd = new AbortController();
    const told = patiently(work, toEnd.signal);
    await told.next();
    const startedMs = performance.now();
    const next = told.next();
    toEnd.abort();
    expect(await next).toEqual({ done: true, value: null });
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
