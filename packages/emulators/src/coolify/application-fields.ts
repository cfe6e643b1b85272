import type { VersionGate } from "./version.ts";

/** The body fields of `POST /applications/dockerimage`, by the type the server wants. */
const FIELDS = {
  string: [
    "project_uuid",
    "server_uuid",
    "environment_name",
    "environment_uuid",
    "docker_registry_image_name",
    "docker_registry_image_tag",
    "ports_exposes",
    "destination_uuid",
    "name",
    "description",
    "domains",
    "ports_mappings",
    "health_check_path",
    "health_check_port",
    "health_check_host",
    "health_check_method",
    "health_check_scheme",
    "health_check_response_text",
    "limits_memory",
    "limits_memory_swap",
    "limits_memory_reservation",
    "limits_cpus",
    "limits_cpuset",
    "custom_labels",
    "custom_docker_run_options",
    "post_deployment_command",
    "post_deployment_command_container",
    "pre_deployment_command",
    "pre_deployment_command_container",
    "manual_webhook_secret_github",
    "manual_webhook_secret_gitlab",
    "manual_webhook_secret_bitbucket",
    "manual_webhook_secret_gitea",
    "redirect",
    "gpu_driver",
    "gpu_count",
    "gpu_device_ids",
    "gpu_options",
    "custom_internal_name",
    "preview_url_template",
    "http_basic_auth_username",
    "http_basic_auth_password",
  ],
  array: ["noindex_domains"],
  boolean: [
    "health_check_enabled",
    "instant_deploy",
    "is_force_https_enabled",
    "is_preview_deployments_enabled",
    "use_build_server",
    "use_build_secrets",
    "is_git_submodules_enabled",
    "is_git_lfs_enabled",
    "is_git_shallow_clone_enabled",
    "disable_build_cache",
    "inject_build_args_to_dockerfile",
    "include_source_commit_in_build",
    "is_env_sorting_enabled",
    "is_pr_deployments_public_enabled",
    "is_gzip_enabled",
    "is_stripprefix_enabled",
    "is_raw_compose_deployment_enabled",
    "is_log_drain_enabled",
    "is_gpu_enabled",
    "is_consistent_container_name_enabled",
    "is_http_basic_auth_enabled",
    "connect_to_docker_network",
    "force_domain_override",
    "is_container_label_escape_enabled",
  ],
  integer: [
    "health_check_return_code",
    "health_check_interval",
    "health_check_timeout",
    "health_check_retries",
    "health_check_start_period",
    "limits_memory_swappiness",
    "limits_cpu_shares",
    "docker_images_to_keep",
  ],
} as const satisfies Partial<Record<FieldType, readonly string[]>>;

/** Fields that older versions refuse. */
const GATED_FIELDS: Record<string, { type: FieldType; gate: VersionGate }> = {
  autogenerate_domain: { type: "boolean", gate: "deployAbility" },
  tags: { type: "array", gate: "postOnlyActions" },
  stop_grace_period: { type: "integer", gate: "postOnlyActions" },
  max_restart_count: { type: "integer", gate: "maxRestartCount" },
};

export type FieldType = "string" | "boolean" | "integer" | "array";

const TYPES: ReadonlyMap<string, FieldType> = new Map(
  Object.entries(FIELDS).flatMap(([type, names]) => names.map((name) => [name, type as FieldType] as const)),
);

/** The type a field must have, or undefined when this version does not allow the field. */
export function findFieldType(name: string, hasGate: (gate: VersionGate) => boolean): FieldType | undefined {
  const gated = Object.hasOwn(GATED_FIELDS, name) ? GATED_FIELDS[name] : undefined;
  if (gated !== undefined) return hasGate(gated.gate) ? gated.type : undefined;
  return TYPES.get(name);
}
