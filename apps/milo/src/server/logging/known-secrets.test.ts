import { describe, expect, it } from "vitest";
import { hideSecrets, keepSecret } from "./known-secrets.ts";

describe("secrets that are known by value", () => {
  it("are hidden wherever they occur, also as JSON and addresses write them", () => {
    keepSecret('plain-secret-1"\\', "a b/c?d=secret-2");
    const texts = [
      'say plain-secret-1"\\!',
      JSON.stringify({ x: 'plain-secret-1"\\' }),
      "https://x/a%20b%2Fc%3Fd%3Dsecret-2",
    ];
    expect(texts.map(hideSecrets)).toEqual(["say (hidden)!", '{"x":"(hidden)"}', "https://x/(hidden)"]);
  });

  it("are hidden whole when one holds another", () => {
    keepSecret("inner-secret", "outer-inner-secret-outer");
    expect(hideSecrets("outer-inner-secret-outer inner-secret")).toBe("(hidden) (hidden)");
  });

  it("are no words that occur by chance", () => {
    keepSecret("milo", "", undefined);
    expect(hideSecrets("milo is milo")).toBe("milo is milo");
  });
});
