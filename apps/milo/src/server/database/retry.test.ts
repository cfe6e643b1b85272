import { describe, expect, it } from "vitest";
import { errorCode, isContention, isRetryable, withRetry } from "./retry.ts";

const failure = (code: string) => Object.assign(new Error(code), { code });

describe("withRetry", () => {
  it.each(["40P01", "57P01", "08006", "55P03", "CONNECTION_CLOSED", "ECONNRESET"])(
    "tries again after %s",
    async (code) => {
      let tries = 0;
      const result = await withRetry(async () => {
        tries++;
        if (tries < 3) throw failure(code);
        return "done";
      });
      expect(result).toBe("done");
    },
  );

  it("gives up after a few repeats", async () => {
    let tries = 0;
    const work = withRetry(async () => {
      tries++;
      throw failure("40P01");
    });
    await expect(work).rejects.toThrow("40P01");
    expect(tries).toBe(5);
  });

  it.each(["23505", "22001"])("never repeats %s: it would only happen again", async (code) => {
    let tries = 0;
    const work = withRetry(async () => {
      tries++;
      throw failure(code);
    });
    await expect(work).rejects.toThrow(code);
    expect(tries).toBe(1);
  });
});

it("tells contention from failure, wherever the code is kept", () => {
  expect(isContention(failure("55P03"))).toBe(true);
  expect(isContention(new Error("wrapped", { cause: failure("55P03") }))).toBe(true);
  expect(isRetryable(failure("55P03"))).toBe(false);
  expect(errorCode(new Error("none"))).toBeUndefined();
});
