import type { EmulatorResponse } from "../runtime/http-message.ts";

/** An answer that is not a success, thrown by the code that finds the reason. */
export class CoolifyApiError extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(String(body.message));
    this.name = "CoolifyApiError";
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function refuse(status: number, message: string): CoolifyApiError {
  return new CoolifyApiError(status, { message });
}

/** Laravel's validation answer: messages per field. */
export function refuseFields(errors: Record<string, string[]>): CoolifyApiError {
  return new CoolifyApiError(422, { message: "Validation failed.", errors });
}

export function ok(body: unknown, status = 200): EmulatorResponse {
  return { status, body };
}
