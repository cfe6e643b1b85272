/** An answer of the API that is not a success, in AWS JSON 1.1 form. */
export class EcsApiError extends Error {
  readonly type: string;
  readonly status: number;
  readonly extra: Record<string, unknown>;

  constructor(type: string, message: string, status = 400, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = "EcsApiError";
    this.type = type;
    this.status = status;
    this.extra = extra;
  }

  /** The body as it goes over the wire: `{"__type", "message", …}`. */
  toBody(): Record<string, unknown> {
    return { __type: this.type, message: this.message, ...this.extra };
  }
}

export function invalidParameter(message: string): EcsApiError {
  return new EcsApiError("InvalidParameterException", message);
}

export function clientError(message: string): EcsApiError {
  return new EcsApiError("ClientException", message);
}

export function clusterNotFound(): EcsApiError {
  return new EcsApiError("ClusterNotFoundException", "Cluster not found.");
}

export function serializationError(message: string): EcsApiError {
  return new EcsApiError("SerializationException", message);
}
