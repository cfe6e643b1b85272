import { CoolifyApiError } from "./responses.ts";

const WINDOW_MS = 60_000;

/** Laravel's fixed window of one minute, counted per user, not per token. */
export class RateLimiter {
  private readonly windows = new Map<string, { startedAtMs: number; count: number }>();

  /** Counts one request and returns the headers of its answer. Throws 429 when the window is used up. */
  count(key: string, limit: number, nowMs: number): Record<string, string> {
    const open = this.windows.get(key);
    const window = open !== undefined && nowMs - open.startedAtMs < WINDOW_MS ? open : { startedAtMs: nowMs, count: 0 };
    this.windows.set(key, window);
    const headers = { "x-ratelimit-limit": String(limit) };
    if (window.count >= limit) {
      const endsAtMs = window.startedAtMs + WINDOW_MS;
      throw new CoolifyApiError(
        429,
        { message: "Too Many Attempts." },
        {
          ...headers,
          "x-ratelimit-remaining": "0",
          "retry-after": String(Math.max(1, Math.ceil((endsAtMs - nowMs) / 1000))),
          "x-ratelimit-reset": String(Math.ceil(endsAtMs / 1000)),
        },
      );
    }
    window.count += 1;
    return { ...headers, "x-ratelimit-remaining": String(limit - window.count) };
  }

  clear(): void {
    this.windows.clear();
  }
}
