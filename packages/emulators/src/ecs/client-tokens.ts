import { EcsApiError } from "./errors.ts";
import type { Input } from "./input.ts";

type Remembered = { parameters: string; response: Input; taskArns: string[]; atMs: number };

/** RunTask's idempotency: a token belongs to one cluster and to the parameters it was first sent with. */
export class ClientTokens {
  private readonly remembered = new Map<string, Remembered>();

  /**
   * The first answer to the same request, or undefined for a token not seen within its time to live.
   * Throws ConflictException with the tasks that own the token when the parameters differ, or `conflicts` says so.
   */
  recall(
    cluster: string,
    token: string,
    input: Input,
    { sinceMs, conflicts }: { sinceMs: number; conflicts: boolean },
  ): Input | undefined {
    const entry = this.remembered.get(`${cluster} ${token}`);
    if (entry === undefined || entry.atMs <= sinceMs) return undefined;
    if (!conflicts && entry.parameters === canonicalize(input)) return entry.response;
    throw new EcsApiError("ConflictException", "The clientToken was used with different parameters.", 400, {
      resourceIds: entry.taskArns,
    });
  }

  remember(cluster: string, token: string, input: Input, answer: Omit<Remembered, "parameters">): void {
    this.remembered.set(`${cluster} ${token}`, { parameters: canonicalize(input), ...answer });
  }

  clear(): void {
    this.remembered.clear();
  }
}

function canonicalize(input: Input): string {
  const { clientToken: _token, cluster: _cluster, ...parameters } = input;
  return JSON.stringify(parameters, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
