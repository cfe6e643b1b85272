import { describe, expect, it } from "vitest";
import { listSecrets } from "./list-secrets.ts";

describe("the secrets of an environment", () => {
  it("are tokens, keys and passwords, ours and those that libraries read, and nothing else", () => {
    const env = {
      DATABASE_URL: "postgres://milo:p%40ss@db/milo",
      MILO_ACCESS_TOKEN: "access",
      COOLIFY_API_TOKEN: "coolify",
      AWS_SECRET_ACCESS_KEY: "aws",
      AWS_SESSION_TOKEN: "session",
      PGPASSWORD: "pg",
      K8S_KUBECONFIG_CONTENT: '{"users":[{"user":{"token":"k8s","client-key-data":"key"}}]}',
      K8S_KUBECONFIG: "apiVersion: v1\nusers:\n- user:\n    token: yaml",
      HTTPS_PROXY: "http://user:proxy@proxy:3128",
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=collector, authorization=Bearer%20bearer",
      MILO_PUBLIC_URL: "https://milo.example.com",
      PATH: "/usr/bin",
      UNSET: undefined,
    };
    expect(listSecrets(env)).toEqual([
      "p%40ss",
      "p@ss",
      "access",
      "coolify",
      "aws",
      "session",
      "pg",
      "k8s",
      "key",
      "yaml",
      "proxy",
      "proxy",
      ...["collector", "collector", "collector"],
      ...["Bearer%20bearer", "Bearer bearer", "bearer"],
    ]);
  });
});
