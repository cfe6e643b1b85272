import pino from "pino";
import { expect, it } from "vitest";
import { FREELY, ONLY_UNDONE, type Repeating, runBulk } from "./run-bulk.ts";

/** Does it, and loses the answer each time or is rolled back the first time. */
async function doOne(code: string, repeating: Repeating, fails: number) {
  let tries = 0;
  const act = async () => {
    if (tries++ < fails) throw Object.assign(new Error("it failed"), { code });
    return { ok: true };
  };
  const { results } = await runBulk([1], act, pino({ level: "silent" }), () => repeating);
  return { tries, answer: results[0] };
}

it("does not do again what may have been done, and says that it may have been: two bots would come of one order", async () => {
  const { tries, answer } = await doOne("CONNECTION_CLOSED", ONLY_UNDONE, 1);
  expect(tries).toBe(1);
  expect(answer).toMatchObject({
    ok: false,
    code: "UNAVAILABLE",
    message: expect.stringMatching(/may have been accepted/),
  });
});

it("does again what was rolled back for sure, and what comes to the same when done twice", async () => {
  expect(await doOne("40P01", ONLY_UNDONE, 1)).toMatchObject({ tries: 2, answer: { ok: true } });
  expect(await doOne("CONNECTION_CLOSED", FREELY, 1)).toMatchObject({ tries: 2, answer: { ok: true } });
});
