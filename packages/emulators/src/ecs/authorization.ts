import { EcsApiError } from "./errors.ts";

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{64}$/;

/**
 * Checks that the request carries a Signature Version 4 for ECS; the signature itself is not verified.
 * `accessKeyIds` null accepts every key.
 */
export function checkAuthorization(header: string | undefined, accessKeyIds: readonly string[] | null): void {
  if (header === undefined) {
    throw new EcsApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const match = AUTHORIZATION.exec(header);
  if (match === null) {
    throw new EcsApiError("IncompleteSignatureException", "Authorization header is not a complete signature.");
  }
  if (match[4] !== "ecs") {
    throw new EcsApiError("InvalidSignatureException", "Credential should be scoped to correct service: 'ecs'.");
  }
  if (accessKeyIds !== null && !accessKeyIds.includes(match[1] ?? "")) {
    throw new EcsApiError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
}
