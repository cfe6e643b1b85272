import { readFileSync } from "node:fs";
import type { DeploymentPlatform } from "@milo/placement";
import type { Emulators } from "../../../demo/src/stack/emulators.ts";

const ANSWER_WITHIN_MS = 10_000;

export type Left = { platform: DeploymentPlatform; name: string };

/**
 * What platforms keep besides containers, past milo and every proxy: Jobs that were never started, and Coolify's
 * applications, which milo removes when their container is gone. ECS has nothing of the kind.
 */
export async function listLeft({ urls, environment }: Emulators): Promise<Left[]> {
  const kubeconfig = readFileSync(environment.K8S_KUBECONFIG ?? "", "utf8");
  const token = /token: (\S+)/.exec(kubeconfig)?.[1] ?? "";
  const jobs = (await ask(`${urls.k8s}/apis/batch/v1/namespaces/${environment.K8S_NAMESPACE}/jobs`, token)) as {
    items: { metadata: { name: string }; spec: { suspend?: boolean } }[];
  };
  const applications = (await ask(`${urls.coolify}/api/v1/applications`, environment.COOLIFY_API_TOKEN ?? "")) as {
    uuid: string;
    name: string;
  }[];
  return [
    ...jobs.items
      .filter(({ spec }) => spec.suspend === true)
      .map(({ metadata }) => ({ platform: "k8s" as const, name: metadata.name })),
    ...applications.map(({ uuid, name }) => ({ platform: "coolify" as const, name: `${name} (${uuid})` })),
  ];
}

async function ask(url: string, token: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
