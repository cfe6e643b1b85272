import { describe, expect, it } from "vitest";
import { readAws } from "./aws-variables.ts";
import { AWS_ENV, COOLIFY_ENV, KUBERNETES_ENV } from "./config.testkit.ts";
import { readCoolify } from "./coolify-variables.ts";
import { readKubernetes } from "./kubernetes-variables.ts";
import type { RawEnvironment } from "./problem.ts";
import { type ConfigReading, startReading } from "./read-shape.ts";

function read<Config>(reader: (reading: ConfigReading) => Config, env: RawEnvironment) {
  const reading = startReading(env);
  const config = reader(reading);
  return { config, problems: reading.problems.map((p) => `${p.variable} ${p.problem}`) };
}

describe("the Kubernetes section", () => {
  const kubernetes = (env: RawEnvironment) => read(readKubernetes, { ...KUBERNETES_ENV, ...env });

  it("has quantities of a bot by default, without a CPU limit [vexa#1005]", () => {
    expect(kubernetes({}).config).toMatchObject({
      access: { kind: "kubeconfig-file", path: "/etc/milo/kubeconfig" },
      namespace: "default",
      resources: {
        requests: { cpu: "1", memory: "2Gi", "ephemeral-storage": "4Gi" },
        limits: { memory: "2Gi", "ephemeral-storage": "4Gi" },
      },
    });
    expect(kubernetes({}).config?.resources?.limits).not.toHaveProperty("cpu");
  });

  it("takes an image per meeting platform and one for the others [meeboter 21]", () => {
    expect(kubernetes({ K8S_IMAGE_GOOGLE_MEET: "meet:2" }).config?.images).toEqual({
      zoom: "ghcr.io/example/bot:1",
      "google-meet": "meet:2",
      "microsoft-teams": "ghcr.io/example/bot:1",
    });
    expect(kubernetes({ K8S_IMAGE: undefined, K8S_IMAGE_ZOOM: "zoom:2" }).problems).toEqual([
      "K8S_IMAGE is required unless K8S_IMAGE_GOOGLE_MEET, K8S_IMAGE_MICROSOFT_TEAMS are set",
    ]);
  });

  it("finds the cluster: text, file, the one it runs in, kubectl's own", () => {
    const unset = { K8S_KUBECONFIG: undefined };
    const access = (env: RawEnvironment) => kubernetes({ ...unset, ...env }).config?.access;
    expect(access({ K8S_KUBECONFIG_TEXT: "{}", K8S_CONTEXT: "c" })).toEqual({
      kind: "kubeconfig-text",
      text: "{}",
      context: "c",
    });
    expect(access({ KUBERNETES_SERVICE_HOST: "10.0.0.1", HOME: "/root" })).toEqual({ kind: "in-cluster" });
    expect(access({ HOME: "/root" })).toMatchObject({ kind: "kubeconfig-file", path: "/root/.kube/config" });
    expect(access({ HOME: "/root", KUBECONFIG: "/k" })).toMatchObject({ path: "/k" });
    expect(kubernetes(unset).problems).toHaveLength(1);
  });

  it("reads lists, pairs and a patch", () => {
    const patch = [{ op: "add", path: "/spec/template/spec/hostNetwork", value: false }];
    const { config } = kubernetes({
      K8S_IMAGE_PULL_SECRETS: "a, b",
      K8S_NODE_SELECTOR: "pool=bots, arch=amd64",
      K8S_EXTRA_LABELS: "team=meetings",
      K8S_JOB_PATCH: JSON.stringify(patch),
      K8S_BOT_CPU_LIMIT: "1500m",
    });
    expect(config).toMatchObject({
      imagePullSecrets: ["a", "b"],
      nodeSelector: { pool: "bots", arch: "amd64" },
      extraLabels: { team: "meetings" },
      jobPatch: patch,
      resources: { limits: { cpu: "1500m" } },
    });
  });

  it.each([
    ["K8S_BOT_MEMORY_LIMIT", "2 GB"],
    ["K8S_NODE_SELECTOR", "bots"],
    ["K8S_JOB_PATCH", '{"op":"add"}'],
    ["K8S_JOB_PATCH", '[{"op":"append","path":"/spec"}]'],
    ["K8S_NAMESPACE", "Bots"],
    ["K8S_IMAGE", "ghcr.io/example/bot :1"],
  ])("refuses %s=%s", (variable, value) => {
    const { config, problems } = kubernetes({ [variable]: value });
    expect(config).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${variable} must be`);
  });
});

describe("the AWS section", () => {
  it("is what the ECS adapter takes, and never asks for keys", () => {
    const { config, problems } = read(readAws, {
      ...AWS_ENV,
      AWS_ECS_TASK_DEF_ZOOM: "zoom:3",
      AWS_ECS_USE_SPOT: "true",
    });
    expect(problems).toEqual([]);
    expect(config).toEqual({
      region: "eu-central-1",
      cluster: "bots",
      taskDefinitions: {
        zoom: { taskDefinition: "zoom:3", containerName: "bot" },
        "google-meet": { taskDefinition: "bot:7", containerName: "bot" },
        "microsoft-teams": { taskDefinition: "bot:7", containerName: "bot" },
      },
      subnets: ["subnet-1", "subnet-2"],
      securityGroups: ["sg-1"],
      assignPublicIp: false,
      useSpot: true,
      platformVersion: "LATEST",
      tags: {},
    });
  });

  it("takes a task definition's ARN, and refuses one without a revision", () => {
    const arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/bot:12";
    expect(read(readAws, { ...AWS_ENV, AWS_ECS_TASK_DEF: arn }).problems).toEqual([]);
    expect(read(readAws, { ...AWS_ENV, AWS_ECS_TASK_DEF: "bot" }).problems[0]).toContain("must name a revision");
  });

  it("refuses a flag that is neither true nor false", () => {
    expect(read(readAws, { ...AWS_ENV, AWS_ECS_USE_SPOT: "yes" }).problems).toEqual([
      'AWS_ECS_USE_SPOT must be true or false, but is "yes"',
    ]);
  });
});

describe("the Coolify section", () => {
  const digest = `sha256:${"ab".repeat(32)}`;

  it("is what the Coolify adapter takes", () => {
    const env = {
      ...COOLIFY_ENV,
      COOLIFY_IMAGE_ZOOM: `registry.local:5000/zoom@${digest}`,
      COOLIFY_IMAGE_GOOGLE_MEET: "registry.local:5000/meet:2",
    };
    const { config, problems } = read(readCoolify, env);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      apiUrl: "https://coolify.example.com",
      apiToken: "1|c00lify-t0ken",
      images: {
        zoom: { name: "registry.local:5000/zoom", digest },
        "google-meet": { name: "registry.local:5000/meet", tag: "2" },
        "microsoft-teams": { name: "ghcr.io/example/bot", tag: "1" },
      },
      limitsCpus: "1",
      limitsMemory: "2g",
      stopGraceSeconds: 120,
      requestsPerMinute: 180,
    });
  });

  it.each(["ghcr.io/example/bot", "registry.local:5000/bot", "bot@sha256:abc", "bot:"])(
    "refuses the image %s [vexa#722]",
    (image) => {
      expect(read(readCoolify, { ...COOLIFY_ENV, COOLIFY_IMAGE: image }).problems).toEqual([
        `COOLIFY_IMAGE must be an image with a tag or a sha256 digest, but is "${image}"`,
      ]);
    },
  );
});
