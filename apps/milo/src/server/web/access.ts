import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isLoopbackHost } from "../../config/process-variables.ts";
import { bearerToken } from "./http-messages.ts";

/** Without a token milo listens on loopback only, and lets in whoever is on this machine. */
export type AccessPolicy = { accessToken: string | undefined };

export type AccessDecision =
  | { allowed: true }
  /** `sign_in`: the token is missing or wrong. `foreign`: a page of another site, or another name for this machine. */
  | { allowed: false; why: "sign_in" | "foreign"; message: string };

export const ACCESS_COOKIE = "milo_access";

const SIGN_IN = "Sign in with the access token, or send it as `Authorization: Bearer <token>`.";
const FOREIGN_HOST =
  "milo listens on this machine only and answers to localhost. To reach it by another name, set HOST and MILO_ACCESS_TOKEN.";
const FOREIGN_ORIGIN = "This request comes from a page of another site.";

/** Decides, before any router, who may use console and API. Bots' routes are not asked for this. */
export function accessAllowed(
  request: { method?: string; headers: IncomingHttpHeaders },
  policy: AccessPolicy,
): AccessDecision {
  const { headers } = request;
  if (policy.accessToken === undefined) {
    // A site may point its own name at 127.0.0.1 to have a visitor's browser call milo (DNS rebinding).
    if (!isLoopbackHost(hostName(headers.host))) return { allowed: false, why: "foreign", message: FOREIGN_HOST };
    return isSameOrigin(headers) ? { allowed: true } : { allowed: false, why: "foreign", message: FOREIGN_ORIGIN };
  }
  const token = bearerToken(headers.authorization);
  if (token !== undefined && isSameText(token, policy.accessToken)) return { allowed: true };
  if (!hasAccessCookie(headers.cookie, policy.accessToken)) return { allowed: false, why: "sign_in", message: SIGN_IN };
  const reads = request.method === "GET" || request.method === "HEAD";
  if (reads || isSameOrigin(headers)) return { allowed: true };
  return { allowed: false, why: "foreign", message: FOREIGN_ORIGIN };
}

/** What the console's cookie holds: derived from the token, so that the cookie does not give the token away. */
export function accessCookieValue(accessToken: string): string {
  return createHmac("sha256", accessToken).update("milo console").digest("hex");
}

/** Compares secrets in a time that says nothing about where they differ. */
export function isSameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function hasAccessCookie(cookies: string | undefined, accessToken: string): boolean {
  const pairs = (cookies ?? "").split(";").map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${ACCESS_COOKIE}=`))?.slice(ACCESS_COOKIE.length + 1);
  return value !== undefined && isSameText(value, accessCookieValue(accessToken));
}

/** Browsers name the page that makes a request; other clients name none. A proxy may have put another Host. */
function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  if (headers.origin === undefined) return true;
  if (!URL.canParse(headers.origin)) return false;
  const origin = new URL(headers.origin).host;
  return origin === headers.host || origin === headers["x-forwarded-host"];
}

function hostName(host: string | undefined): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : "";
}
