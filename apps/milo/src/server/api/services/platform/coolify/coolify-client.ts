import type { CoolifySettings } from "./coolify-settings.ts";
import { RequestBudget } from "./request-budget.ts";

/** Pause after a 429 that doesn't say for how long: Laravel's limit is per minute. */
const DEFAULT_PAUSE_MS = 60_000;
/** fetch's codes for "no connection was made". */
const NOT_SENT_CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** What came of one request. */
export type CoolifyAnswer =
  /** `json` is undefined for a body that is none: proxies answer in HTML, `/version` in plain text. */
  | { kind: "reply"; status: number; json: unknown; text: string; retryAfterMs?: number }
  /** It never left this process, or never reached a server. */
  | { kind: "not_sent"; throttled: boolean; reason: string }
  /** It may have been served, and the answer was lost. */
  | { kind: "lost"; reason: string };

export type CoolifyMethod = "GET" | "POST" | "PATCH" | "DELETE";

/** Speaks HTTP with one Coolify. Never throws; every request is bounded in time and drawn from one budget. */
export class CoolifyClient {
  readonly #baseUrl: string;
  readonly #token: string;
  readonly #requestMs: number;
  readonly #budget: RequestBudget;

  constructor(settings: CoolifySettings, budget = new RequestBudget(settings.requestsPerMinute)) {
    const url = settings.apiUrl.replace(/\/+$/, "");
    this.#baseUrl = url.endsWith("/api/v1") ? url : `${url}/api/v1`;
    this.#token = settings.apiToken;
    this.#requestMs = settings.timeouts.requestMs;
    this.#budget = budget;
  }

  async send(method: CoolifyMethod, path: string, signal: AbortSignal, body?: unknown): Promise<CoolifyAnswer> {
    try {
      await this.#budget.take(signal);
    } catch {
      return {
        kind: "not_sent",
        throttled: true,
        reason: "Coolify: given up while waiting for a turn in the request budget",
      };
    }
    try {
      return await this.#exchange(method, path, AbortSignal.any([signal, AbortSignal.timeout(this.#requestMs)]), body);
    } catch (error) {
      return describeNetworkError(error);
    }
  }

  async #exchange(method: CoolifyMethod, path: string, signal: AbortSignal, body: unknown): Promise<CoolifyAnswer> {
    const response = await fetch(`${this.#baseUrl}${path}`, {
      method,
      signal,
      // A followed redirect would turn our POST into a GET.
      redirect: "manual",
      headers: {
        authorization: `Bearer ${this.#token}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const retryAfterMs = readRetryAfter(response.headers.get("retry-after"));
    if (isApiThrottle(response.status, text)) this.#budget.pause(retryAfterMs ?? DEFAULT_PAUSE_MS);
    const json = parseJson(text);
    return { kind: "reply", status: response.status, json, text, ...(retryAfterMs ? { retryAfterMs } : {}) };
  }
}

/** A full deployment queue is a 429 too, and says nothing about the API's own limit. */
function isApiThrottle(status: number, text: string): boolean {
  return status === 429 && !/deployment queue/i.test(text);
}

function readRetryAfter(header: string | null): number | undefined {
  const seconds = Number(header);
  return seconds > 0 ? seconds * 1_000 : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeNetworkError(error: unknown): CoolifyAnswer {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = `Coolify: ${[code, message].filter((part) => part !== "").join(": ")}`;
  return NOT_SENT_CODES.has(code) ? { kind: "not_sent", throttled: false, reason } : { kind: "lost", reason };
}
