import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDispatcherConfig, readWebConfig } from "../../apps/milo/src/config/read-config.ts";
import { MILO } from "../start/paths.ts";
import { finalEnvironment, finalInstructions, readDockerfile } from "./testing/dockerfile.ts";
import { findManifest, type Manifest, readManifestFiles, readYaml } from "./testing/manifests.ts";
import { openObjectCheck } from "./testing/object-check.ts";

const files = readManifestFiles();
const manifests = files.flatMap((one) => one.manifests);
const check = openObjectCheck();
if (check === null) {
  process.stdout.write("Kubernetes' API description is not present: deploy/kubernetes is not checked against it.\n");
}

/** What the kubelet adds to every container, with enableServiceLinks false, too. */
const IN_A_CLUSTER = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };

const PROCESSES = ["web", "dispatcher"] as const;
type Process = (typeof PROCESSES)[number];
const podOf = (name: Process) => findManifest("Deployment", `milo-${name}`).spec.template.spec;

describe("the Kubernetes manifests", () => {
  it.skipIf(check === null)("hold only what Kubernetes' own API description takes", () => {
    expect(manifests.length).toBeGreaterThan(15);
    expect(manifests.flatMap((manifest) => check?.(manifest) ?? [])).toEqual([]);
  });

  it.skipIf(check === null)("would be told from wrong ones by that check", () => {
    const wrong = structuredClone(findManifest("Deployment", "milo-web"));
    wrong.spec.template.spec.containers[0].imagePullPolice = "Always";
    wrong.spec.replicas = "2";
    expect(check?.(wrong)).toHaveLength(2);
  });

  it("are all applied by the kustomization, but for the optional ones and the examples of Secrets", () => {
    const [kustomization] = readYaml<{ resources: string[]; images: { name: string }[] }>("kustomization.yaml");
    const applied = files.map(({ file }) => file).filter((file) => !/^optional\/|\.example\./.test(file));
    expect([...(kustomization?.resources ?? [])].sort()).toEqual(applied);
    const containers = PROCESSES.flatMap((name) => [...podOf(name).initContainers, ...podOf(name).containers]);
    const images = new Set(containers.map((container: { image: string }) => container.image));
    expect(kustomization?.images.map(({ name }) => name).sort()).toEqual([...images].sort());
  });

  it("put everything into a namespace that they make", () => {
    const made = manifests.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    const clusterWide = ["Namespace", "PriorityClass"];
    const placed = manifests.filter(({ kind }) => !clusterWide.includes(kind));
    expect(placed.filter(({ metadata }) => !made.includes(metadata.namespace ?? ""))).toEqual([]);
  });

  it("hold no secret beside the examples", () => {
    const holders = files.filter((one) => one.manifests.some(({ kind }) => kind === "Secret"));
    expect(holders.map(({ file }) => file)).toEqual(["secrets.example.yaml"]);
  });

  it("give the rights over bots to the dispatcher's account alone", () => {
    for (const binding of manifests.filter(({ kind }) => kind === "RoleBinding")) {
      expect(findManifest("Role", binding.roleRef.name).metadata.namespace).toBe(binding.metadata.namespace);
      expect(binding.subjects).toEqual([{ kind: "ServiceAccount", name: "milo-dispatcher", namespace: "milo" }]);
    }
    expect(podOf("dispatcher").serviceAccountName).toBe("milo-dispatcher");
    for (const name of ["milo-web", "meeting-bot"]) {
      expect(findManifest("ServiceAccount", name).automountServiceAccountToken).toBe(false);
    }
  });

  it("name the account and the priority class that they make for bots, which evict nobody", () => {
    const { data } = findManifest("ConfigMap", "milo");
    expect(findManifest("ServiceAccount", data.K8S_SERVICE_ACCOUNT).metadata.namespace).toBe(data.K8S_NAMESPACE);
    expect(findManifest("PriorityClass", data.K8S_PRIORITY_CLASS).preemptionPolicy).toBe("Never");
  });
});

describe.each(PROCESSES)("the Deployment of %s", (name) => {
  const deployment = findManifest("Deployment", `milo-${name}`);
  const pod = podOf(name);
  const [container] = pod.containers;
  const dockerfile = readDockerfile(name);

  it("survives the loss of a pod", () => {
    expect(deployment.spec.replicas).toBeGreaterThanOrEqual(2);
    expect(findManifest("PodDisruptionBudget", `milo-${name}`).spec.minAvailable).toBe(1);
  });

  it("selects its own pods, and so do its budget and its service", () => {
    const { labels } = deployment.spec.template.metadata;
    const selectors = [
      deployment.spec.selector.matchLabels,
      findManifest("PodDisruptionBudget", `milo-${name}`).spec.selector.matchLabels,
      pod.topologySpreadConstraints[0].labelSelector.matchLabels,
      ...(name === "web" ? [findManifest("Service", "milo-web").spec.selector] : []),
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
  });

  it("runs without root, without rights, and without writing to its image", () => {
    const [user] = finalInstructions(dockerfile, "USER")[0]?.args[0]?.split(":") ?? [];
    const runAsUser = Number(user);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const one of [...pod.initContainers, ...pod.containers]) {
      expect(one.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  it("says what it needs and the most memory it may take", () => {
    for (const one of [...pod.initContainers, ...pod.containers]) {
      expect(one.resources).toEqual({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: expect.objectContaining({ memory: expect.any(String) }),
      });
    }
  });

  it("asks the port that the image listens on how it is", () => {
    const port = finalEnvironment(dockerfile)[name === "web" ? "PORT" : "DISPATCHER_PORT"];
    expect(container.ports).toEqual([{ name: expect.any(String), containerPort: Number(port) }]);
    const paths = { startupProbe: "/healthz", readinessProbe: "/readyz", livenessProbe: "/healthz" };
    for (const [probe, path] of Object.entries(paths)) {
      expect(container[probe].httpGet).toEqual({ path, port: container.ports[0].name });
    }
  });

  it("gives the process more time to stop than it takes at most", () => {
    const source = readFileSync(join(MILO, `src/server/${name}/main.ts`), "utf8");
    const stopWithinMs = Number(/STOP_WITHIN_MS = ([\d_]+);/.exec(source)?.[1]?.replaceAll("_", ""));
    const pauseSeconds = container.lifecycle?.preStop.sleep.seconds ?? 0;
    expect(stopWithinMs).toBeGreaterThan(0);
    expect(pod.terminationGracePeriodSeconds - pauseSeconds).toBeGreaterThan(stopWithinMs / 1_000);
  });

  it("migrates with the image that then runs", () => {
    const [migrate] = pod.initContainers;
    expect(migrate.image).toBe(container.image);
    const targets = finalInstructions(dockerfile, "COPY").map(({ args }) => `${args.at(-1)}/main.js`);
    expect(targets).toContain(migrate.command[1]);
  });

  it("starts with the example configuration, once the example Secrets are made", () => {
    const environment = { ...finalEnvironment(dockerfile), ...environmentOf(container), ...IN_A_CLUSTER };
    const result = (name === "web" ? readWebConfig : readDispatcherConfig)(environment);
    expect(result).toMatchObject({ ok: true, warnings: [] });
  });
});

it("web is given no credentials of a platform", () => {
  const [container] = podOf("web").containers;
  const secrets = container.envFrom.flatMap((source: EnvironmentSource) => source.secretRef?.name ?? []);
  expect(secrets).toEqual(["milo-database", "milo-web"]);
});

type EnvironmentSource = { configMapRef?: { name: string }; secretRef?: { name: string } };

/** What `envFrom` gives a container; throws when a source is not among the manifests. */
function environmentOf(container: Manifest): Record<string, string> {
  const sources = container.envFrom as EnvironmentSource[];
  return Object.assign(
    {},
    ...sources.map(({ configMapRef, secretRef }) =>
      configMapRef
        ? findManifest("ConfigMap", configMapRef.name).data
        : findManifest("Secret", secretRef?.name ?? "").stringData,
    ),
  );
}
