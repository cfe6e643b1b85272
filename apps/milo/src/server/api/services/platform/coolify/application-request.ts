import { z } from "zod";
import type { Launch, LaunchSecrets, RenderedRequest } from "../platform-service.ts";
import type { CoolifyImage, CoolifySettings } from "./coolify-settings.ts";
import { descriptionOf, tagOf } from "./ownership.ts";

/** What is stored of a launch: the body of `POST /applications/dockerimage`, and the environment without secrets. */
export type CoolifyRequest = {
  application: { name: string; [field: string]: unknown };
  environment: { key: string; value: string }[];
};

const storedRequest = z.object({
  application: z.looseObject({ name: z.string().min(1) }),
  environment: z.array(z.object({ key: z.string(), value: z.string() })),
});

/** Reads a stored request back; null for one this adapter did not render. */
export function readRequest(request: RenderedRequest): CoolifyRequest | null {
  return storedRequest.safeParse(request).data ?? null;
}

/**
 * The application for a launch, in the words of the newest Coolify; fields that an older one lacks are left out
 * when it is sent. Coolify has no limit on how long an application runs: milo's own stop has to end it.
 */
export function renderApplication(settings: CoolifySettings, launch: Launch): CoolifyRequest {
  return {
    application: {
      project_uuid: settings.projectUuid,
      server_uuid: settings.serverUuid,
      // Either would do for the server; its API description requires both.
      environment_name: settings.environmentName,
      environment_uuid: settings.environmentUuid,
      destination_uuid: settings.destinationUuid,
      name: launch.launchKey,
      description: descriptionOf(launch),
      ...imageFields(settings.images[launch.meetingPlatform]),
      // Required before v4.2.0; a bot listens on nothing.
      ports_exposes: "3000",
      autogenerate_domain: false,
      // A health check would hold the deployment back, and remove a container that fails it.
      health_check_enabled: false,
      limits_cpus: settings.limitsCpus,
      limits_memory: settings.limitsMemory,
      custom_docker_run_options: settings.customDockerOptions,
      instant_deploy: false,
      tags: [tagOf(launch.installationId)],
      stop_grace_period: settings.stopGraceSeconds,
      // Coolify hard-codes docker's restart policy: this ends the restarts of a bot that exits.
      max_restart_count: 1,
    },
    environment: [
      { key: "MILO_URL", value: launch.miloUrl },
      { key: "MILO_LAUNCH_KEY", value: launch.launchKey },
    ],
  };
}

/** The body of `PATCH /applications/{uuid}/envs/bulk`. Without `is_literal` a `$` in a value is interpolated. */
export function environmentBody(request: CoolifyRequest, secrets: LaunchSecrets): { data: object[] } {
  const variables = [...request.environment, { key: "MILO_ATTEMPT_TOKEN", value: secrets.attemptToken }];
  return { data: variables.map((variable) => ({ ...variable, is_literal: true, is_preview: false })) };
}

/** A digest travels as `name@sha256` with the bare hex as its tag: Coolify joins the two with a colon. */
function imageFields(image: CoolifyImage): Record<string, string> {
  if ("tag" in image) return { docker_registry_image_name: image.name, docker_registry_image_tag: image.tag };
  return {
    docker_registry_image_name: `${image.name}@sha256`,
    docker_registry_image_tag: image.digest.replace(/^sha256:/, ""),
  };
}
