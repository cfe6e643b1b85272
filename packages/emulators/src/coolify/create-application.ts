import { findFieldType } from "./application-fields.ts";
import type { Application, Placement } from "./model.ts";
import { refuse, refuseFields } from "./responses.ts";
import { type CoolifyStore, makeUuid } from "./store.ts";
import { hasGate } from "./version.ts";

const DEFAULT_STOP_GRACE_PERIOD_S = 30;
const MAX_STOP_GRACE_PERIOD_S = 3600;
const DEFAULT_MAX_RESTART_COUNT = 10;
const IMAGE_NAME = /^[a-z0-9]+(?:[._\-/:@][a-zA-Z0-9._-]+)*(?:@sha256)?$/;
const IMAGE_TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const TAG_MIN_CHARS = 2;

type Body = Record<string, unknown>;

/**
 * `POST /applications/dockerimage`: nothing about it is idempotent; the same body twice makes two applications.
 * Throws 422 for fields, 404 and 400 for where it shall run.
 */
export function createApplication(
  context: { store: CoolifyStore; placement: Placement; version: string; nowMs: number },
  body: Body,
): Application {
  const { store, version, nowMs } = context;
  checkBody(body, version);
  checkPlacement(context.placement, body);
  const uuid = makeUuid();
  const text = (name: string): string | undefined => (typeof body[name] === "string" ? body[name] : undefined);
  const number = (name: string): number | undefined => (typeof body[name] === "number" ? body[name] : undefined);
  const imageName = text("docker_registry_image_name") ?? "";
  const imageTag = text("docker_registry_image_tag") ?? "latest";
  const wantsDomain = body.autogenerate_domain !== false;
  const application: Application = {
    id: store.nextId(),
    uuid,
    name: text("name") ?? `docker-image-${uuid}`,
    image: joinImage(imageName, imageTag),
    imageName,
    imageTag,
    portsExposes: text("ports_exposes") ?? "",
    domain: text("domains") ?? (wantsDomain ? `http://${uuid}.127.0.0.1.sslip.io` : null),
    tags: Array.isArray(body.tags) ? body.tags.map(String) : [],
    stopGracePeriodS: number("stop_grace_period") ?? DEFAULT_STOP_GRACE_PERIOD_S,
    maxRestartCount: number("max_restart_count") ?? DEFAULT_MAX_RESTART_COUNT,
    fields: { ...body },
    environment: [],
    shownStatus: "exited:unhealthy",
    shownRestartCount: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  store.applications.set(uuid, application);
  return application;
}

function joinImage(name: string, tag: string): string {
  if (tag.startsWith("sha256-")) return `${name}@sha256:${tag.slice("sha256-".length)}`;
  return `${name}:${tag}`;
}

function checkBody(body: Body, version: string): void {
  const errors: Record<string, string[]> = {};
  const required = ["project_uuid", "server_uuid", "docker_registry_image_name"];
  if (!hasGate(version, "postOnlyActions")) required.push("ports_exposes");
  for (const field of required) {
    if (body[field] === undefined || body[field] === null || body[field] === "") {
      errors[field] = [`The ${field.replaceAll("_", " ")} field is required.`];
    }
  }
  for (const [field, value] of Object.entries(body)) {
    const type = findFieldType(field, (gate) => hasGate(version, gate));
    if (type === undefined) errors[field] = ["This field is not allowed."];
    else if (value !== null && !fits(type, value)) {
      errors[field] = [`The ${field.replaceAll("_", " ")} field must be ${type === "array" ? "an" : "a"} ${type}.`];
    }
  }
  Object.assign(errors, checkValues(body, errors));
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
  if (!body.environment_name && !body.environment_uuid) {
    throw refuse(422, "You need to provide at least one of environment_name or environment_uuid.");
  }
}

function fits(type: string, value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function checkValues(body: Body, known: Record<string, string[]>): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  const check = (field: string, holds: boolean, message: string): void => {
    if (body[field] !== undefined && body[field] !== null && known[field] === undefined && !holds) {
      errors[field] = [message];
    }
  };
  const grace = Number(body.stop_grace_period);
  const tags = Array.isArray(body.tags) ? body.tags : [];
  check("docker_registry_image_name", IMAGE_NAME.test(String(body.docker_registry_image_name)), "Invalid image name.");
  check("docker_registry_image_tag", IMAGE_TAG.test(String(body.docker_registry_image_tag)), "Invalid image tag.");
  check("ports_exposes", /^\d+(,\d+)*$/.test(String(body.ports_exposes)), "The ports exposes format is invalid.");
  check("stop_grace_period", grace >= 1 && grace <= MAX_STOP_GRACE_PERIOD_S, "Must be between 1 and 3600.");
  check("max_restart_count", Number(body.max_restart_count) >= 0, "Must be at least 0.");
  check("name", String(body.name).length <= 255, "The name field must not be greater than 255 characters.");
  check(
    "tags",
    tags.every((tag) => typeof tag === "string" && tag.length >= TAG_MIN_CHARS),
    "Each tag must be a string of at least 2 characters.",
  );
  return errors;
}

function checkPlacement(placement: Placement, body: Body): void {
  if (body.project_uuid !== placement.projectUuid) throw refuse(404, "Project not found.");
  const isNamed = body.environment_name === placement.environmentName;
  if (!isNamed && body.environment_uuid !== placement.environmentUuid) throw refuse(404, "Environment not found.");
  if (body.server_uuid !== placement.serverUuid) throw refuse(404, "Server not found.");
  const { destinationUuids } = placement;
  if (destinationUuids.length === 0) throw refuse(400, "Server has no destinations.");
  if (typeof body.destination_uuid === "string") {
    if (!destinationUuids.includes(body.destination_uuid)) {
      throw refuse(422, "Provided destination_uuid does not belong to the specified server.");
    }
  } else if (destinationUuids.length > 1) {
    throw refuse(400, "Server has multiple destinations and you do not set destination_uuid.");
  }
}
