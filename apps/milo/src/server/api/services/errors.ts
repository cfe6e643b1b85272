/** What a service may refuse for. `NOT_FOUND` no such thing; `UNAVAILABLE` nobody is there to do it now; `BAD_INPUT` it cannot be asked so; `CONFLICT` not in the state it is in. */
export type ServiceErrorCode = "NOT_FOUND" | "UNAVAILABLE" | "BAD_INPUT" | "CONFLICT";

/** An answer a caller is meant to see, as opposed to a fault of ours. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  constructor(code: ServiceErrorCode, message: string) {
    super(message);
    this.name = "ServiceError";
    this.code = code;
  }
}
