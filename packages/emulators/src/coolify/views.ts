import { type CoolifyToken, can } from "./authorization.ts";
import type { Application, Deployment, EnvironmentVariable } from "./model.ts";

/** Laravel's JSON time: microseconds, UTC. */
function toTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/** An application as the API shows it. Its status is the last look's, not the present. */
export function viewApplication(application: Application, status: string, serverFunctional: boolean) {
  const { tags: _tags, environment_uuid: _environment, project_uuid: _project, ...fields } = application.fields;
  for (const name of ["environment_name", "server_uuid", "destination_uuid", "instant_deploy", "autogenerate_domain"]) {
    delete fields[name];
  }
  return {
    health_check_enabled: false,
    description: null,
    limits_memory: "0",
    limits_cpus: "0",
    ports_mappings: null,
    custom_docker_run_options: null,
    ...fields,
    id: application.id,
    uuid: application.uuid,
    name: application.name,
    fqdn: application.domain,
    git_repository: "coollabsio/coolify",
    git_branch: "main",
    git_commit_sha: "HEAD",
    build_pack: "dockerimage",
    docker_registry_image_name: application.imageName,
    docker_registry_image_tag: application.imageTag,
    ports_exposes: application.portsExposes,
    status,
    server_status: serverFunctional,
    restart_count: application.shownRestartCount,
    max_restart_count: application.maxRestartCount,
    destination_type: "App\\Models\\StandaloneDocker",
    destination_id: 1,
    environment_id: 1,
    config_hash: "",
    created_at: toTime(application.createdAtMs),
    updated_at: toTime(application.updatedAtMs),
    deleted_at: null,
  };
}

/** A deployment as the API shows it; logs need `read:sensitive`. */
export function viewDeployment(deployment: Deployment, token: CoolifyToken) {
  return {
    id: deployment.id,
    application_id: String(deployment.applicationId),
    deployment_uuid: deployment.uuid,
    pull_request_id: 0,
    docker_registry_image_tag: null,
    force_rebuild: deployment.forceRebuild,
    commit: "HEAD",
    status: deployment.status,
    is_webhook: false,
    is_api: true,
    created_at: toTime(deployment.createdAtMs),
    updated_at: toTime(deployment.updatedAtMs),
    finished_at: deployment.finishedAtMs === null ? null : toTime(deployment.finishedAtMs),
    ...(can(token, "read:sensitive") ? { logs: JSON.stringify(deployment.logs) } : {}),
    restart_only: deployment.restartOnly,
    server_id: 1,
    application_name: deployment.applicationName,
    server_name: "localhost",
    deployment_url: `/deployment/${deployment.uuid}`,
    destination_id: "1",
    only_this_server: false,
    rollback: false,
    commit_message: null,
  };
}

/** An environment variable as the API shows it; its value needs `read:sensitive`. */
export function viewEnvironmentVariable(variable: EnvironmentVariable, application: Application, token: CoolifyToken) {
  return {
    id: variable.id,
    uuid: variable.uuid,
    resourceable_type: "App\\Models\\Application",
    resourceable_id: application.id,
    is_literal: variable.isLiteral,
    is_multiline: variable.isMultiline,
    is_preview: variable.isPreview,
    is_runtime: variable.isRuntime,
    is_buildtime: variable.isBuildtime,
    is_shared: false,
    is_shown_once: variable.isShownOnce,
    key: variable.key,
    ...(can(token, "read:sensitive") ? { value: variable.value, real_value: variable.value } : {}),
    comment: variable.comment,
    version: "4.0.0",
    created_at: toTime(variable.createdAtMs),
    updated_at: toTime(variable.updatedAtMs),
  };
}
