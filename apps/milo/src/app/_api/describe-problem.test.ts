import { TRPCClientError } from "@trpc/client";
import { describe, expect, it } from "vitest";
import { describeProblem, isWorthRetrying } from "./describe-problem.ts";

const told = (code: string, message: string) =>
  TRPCClientError.from({ error: { code: -32_000, message, data: { code } } } as never);

describe("what a person is told of an error", () => {
  it("is the API's own sentence where it has one", () => {
    expect(describeProblem(told("CONFLICT", "Bot 7 has ended."))).toMatchObject({ detail: "Bot 7 has ended" });
    expect(describeProblem(told("SERVICE_UNAVAILABLE", "The database cannot answer just now; try again"))).toEqual({
      title: "milo cannot answer just now",
      detail: "The database cannot answer just now; try again. Bots that run go on.",
      remedy: "retry",
    });
  });

  it("is that milo is not there when nothing answered", () => {
    const error = TRPCClientError.from(new TypeError("Failed to fetch"));
    expect(describeProblem(error)).toMatchObject({ title: expect.stringContaining("cannot be reached") });
  });

  it("is to sign in when the server asks for the token", () => {
    const response = { status: 401 };
    expect(describeProblem({ message: "Unable to transform response", meta: { response } }).remedy).toBe("sign-in");
  });

  it("is worth another try only when the request itself was right", () => {
    const tries = ["SERVICE_UNAVAILABLE", "INTERNAL_SERVER_ERROR", "NOT_FOUND", "BAD_REQUEST", "CONFLICT"];
    expect(tries.map((code) => isWorthRetrying(told(code, "why")))).toEqual([true, true, false, false, false]);
    expect(isWorthRetrying(new TypeError("Failed to fetch"))).toBe(true);
  });
});
