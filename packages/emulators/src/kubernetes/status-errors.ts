import type { EmulatorResponse } from "../runtime/http-message.ts";
import { RESOURCES, type Resource } from "./objects.ts";

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** A `Failure` Status of the API server. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** The Status object that stands for the error, in an answer or in a watch's ERROR event. */
export function toStatus(error: StatusError): Record<string, unknown> {
  const { code, reason, message, details } = error;
  const base = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason };
  return details === undefined ? { ...base, code } : { ...base, details, code };
}

export function toResponse(error: StatusError): EmulatorResponse {
  return { status: error.code, body: toStatus(error) };
}

/** `jobs.batch`, but plain `pods` for the core group. */
export function qualify(resource: Resource): string {
  const { group } = RESOURCES[resource];
  return group === "" ? resource : `${resource}.${group}`;
}

function about(resource: Resource, name: string): Record<string, unknown> {
  const { group } = RESOURCES[resource];
  return group === "" ? { name, kind: resource } : { name, group, kind: resource };
}

export function alreadyExists(resource: Resource, name: string, isBeingDeleted: boolean): StatusError {
  const message = `${qualify(resource)} "${name}" already exists`;
  return new StatusError(
    409,
    "AlreadyExists",
    isBeingDeleted ? `object is being deleted: ${message}` : message,
    about(resource, name),
  );
}

export function notFound(resource: Resource, name: string): StatusError {
  return new StatusError(404, "NotFound", `${qualify(resource)} "${name}" not found`, about(resource, name));
}

export function namespaceNotFound(namespace: string): StatusError {
  const details = { name: namespace, kind: "namespaces" };
  return new StatusError(404, "NotFound", `namespaces "${namespace}" not found`, details);
}

export function conflict(resource: Resource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualify(resource)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, about(resource, name));
}

export function forbidden(resource: Resource, name: string, why: string, causes?: StatusCause[]): StatusError {
  const details = { ...about(resource, name), ...(causes === undefined ? {} : { causes }) };
  return new StatusError(403, "Forbidden", `${qualify(resource)} "${name}" is forbidden: ${why}`, details);
}

/** 422 with one cause per bad field; `kind` is the object's kind. */
export function invalid(resource: Resource, name: string, causes: readonly StatusCause[]): StatusError {
  const { kind, group } = RESOURCES[resource];
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const subject = group === "" ? kind : `${kind}.${group}`;
  const details = { name, ...(group === "" ? {} : { group }), kind, causes };
  return new StatusError(422, "Invalid", `${subject} "${name}" is invalid: ${list}`, details);
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, "Unauthorized", "Unauthorized");
}

export function unknownPath(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}

export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}
