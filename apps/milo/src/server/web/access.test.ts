import { describe, expect, it } from "vitest";
import { ACCESS_COOKIE, accessAllowed, accessCookieValue } from "./access.ts";

const TOKEN = "an-operators-access-token";
const local = (headers: Record<string, string>, method = "GET") =>
  accessAllowed({ method, headers: { host: "127.0.0.1:3000", ...headers } }, { accessToken: undefined });
const remote = (headers: Record<string, string>, method = "GET") =>
  accessAllowed({ method, headers: { host: "milo.example.com", ...headers } }, { accessToken: TOKEN });
const cookie = `theme=dark; ${ACCESS_COOKIE}=${accessCookieValue(TOKEN)}`;

describe("access on loopback, without a token", () => {
  it("lets in this machine under each of its names", () => {
    for (const host of ["127.0.0.1:3000", "localhost:3000", "[::1]:3000", "localhost"]) {
      expect(local({ host })).toEqual({ allowed: true });
    }
  });

  it("refuses a name that a site has pointed at this machine", () => {
    for (const host of ["evil.example:3000", "127.0.0.1.evil.example", ""]) {
      expect(local({ host })).toMatchObject({ allowed: false, why: "foreign" });
    }
  });

  it("refuses requests that pages of other sites and ports make", () => {
    for (const origin of ["https://evil.example", "http://localhost:8080", "null"]) {
      expect(local({ origin }, "POST")).toMatchObject({ allowed: false, why: "foreign" });
    }
    expect(local({ origin: "http://127.0.0.1:3000" }, "POST")).toEqual({ allowed: true });
  });
});

describe("access with a token", () => {
  it("lets in who sends it, as a header or as the console's cookie", () => {
    expect(remote({ authorization: `Bearer ${TOKEN}` })).toEqual({ allowed: true });
    expect(remote({ cookie })).toEqual({ allowed: true });
  });

  it("asks everybody else to sign in, on whatever address", () => {
    const wrong: Record<string, string>[] = [
      {},
      { authorization: "Bearer wrong" },
      { authorization: TOKEN },
      { authorization: `Basic ${TOKEN}` },
      { cookie: `${ACCESS_COOKIE}=${TOKEN}` },
      { cookie: `${ACCESS_COOKIE}=` },
      { host: "127.0.0.1:3000" },
    ];
    for (const headers of wrong) expect(remote(headers)).toMatchObject({ allowed: false, why: "sign_in" });
  });

  it("takes no change from another site on the strength of the cookie", () => {
    expect(remote({ cookie, origin: "https://evil.example" }, "POST")).toMatchObject({ why: "foreign" });
    expect(remote({ cookie, origin: "https://milo.example.com" }, "POST")).toEqual({ allowed: true });
    const behindProxy = {
      host: "web:3000",
      "x-forwarded-host": "milo.example.com",
      origin: "https://milo.example.com",
    };
    expect(remote({ cookie, ...behindProxy }, "POST")).toEqual({ allowed: true });
  });

  it("does not give the token away in the cookie", () => {
    expect(accessCookieValue(TOKEN)).not.toContain(TOKEN);
  });
});
