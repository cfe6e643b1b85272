import type { RawEnvironment } from "./problem.ts";

export const PLAN_ENV = { PLATFORM_PRIORITY: "k8s", K8S_BOT_LIMIT: "30" };

export const WEB_ENV: RawEnvironment = { ...PLAN_ENV, DATABASE_URL: "postgres://milo:pa55@db.internal:5432/milo" };

export const KUBERNETES_ENV: RawEnvironment = {
  K8S_IMAGE: "ghcr.io/example/bot:1",
  K8S_KUBECONFIG: "/etc/milo/kubeconfig",
};

export const AWS_ENV: RawEnvironment = {
  AWS_REGION: "eu-central-1",
  AWS_ECS_CLUSTER: "bots",
  AWS_ECS_SUBNETS: "subnet-1, subnet-2",
  AWS_ECS_SECURITY_GROUPS: "sg-1",
  AWS_ECS_TASK_DEF: "bot:7",
};

export const COOLIFY_ENV: RawEnvironment = {
  COOLIFY_API_URL: "https://coolify.example.com/",
  COOLIFY_API_TOKEN: "1|c00lify-t0ken",
  COOLIFY_PROJECT_UUID: "project",
  COOLIFY_SERVER_UUID: "server",
  COOLIFY_ENVIRONMENT_NAME: "production",
  COOLIFY_ENVIRONMENT_UUID: "environment",
  COOLIFY_DESTINATION_UUID: "destination",
  COOLIFY_IMAGE: "ghcr.io/example/bot:1",
};

export const DISPATCHER_ENV: RawEnvironment = {
  ...WEB_ENV,
  ...KUBERNETES_ENV,
  MILO_PUBLIC_URL: "https://milo.example.com/",
};

/** An environment in which all three platforms are used. */
export const FULL_ENV: RawEnvironment = {
  ...DISPATCHER_ENV,
  ...AWS_ENV,
  ...COOLIFY_ENV,
  PLATFORM_PRIORITY: "k8s,aws,coolify",
  AWS_BOT_LIMIT: "100",
  COOLIFY_BOT_LIMIT: "50",
};
