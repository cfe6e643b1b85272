import { findSentinel } from "../runtime/sentinels.ts";
import { buildContainerEnvironment } from "./container-environment.ts";
import type { DockerHost } from "./docker-host.ts";
import type { Jobs } from "./jobs.ts";
import type { Application, Deployment } from "./model.ts";
import type { CoolifySettings } from "./settings.ts";
import type { StatusWatcher } from "./status-watcher.ts";
import type { CoolifyStore } from "./store.ts";

export type DeploymentJobContext = {
  store: CoolifyStore;
  host: DockerHost;
  watcher: StatusWatcher;
  jobs: Jobs;
  settings: () => Readonly<CoolifySettings>;
};

/**
 * One deployment: pull, start the new container, then remove the old ones. The two overlap, as in Coolify's rolling
 * update. A stop of the application in between is not noticed.
 */
export async function runDeploymentJob(
  context: DeploymentJobContext,
  deployment: Deployment,
  application: Application,
): Promise<"finished" | "failed"> {
  const { store, host, watcher, jobs, settings } = context;
  const fail = (reason: string): "failed" => {
    deployment.logs.push(reason, "Deployment failed. Removing the new version of your application.");
    return "failed";
  };
  const isOver = (): boolean => deployment.status !== "in_progress" || !store.applications.has(application.uuid);

  deployment.logs.push(`Starting deployment of ${application.image}.`);
  if (!settings().serverFunctional) return fail("Server is not functional.");
  const tag = findSentinel("coolify", application.image)?.tag;
  if (tag === "deployment-stuck") await jobs.sleep(Number.POSITIVE_INFINITY);
  if (!deployment.restartOnly) await jobs.sleep(settings().imagePullMs);
  if (isOver()) return fail("The deployment is over.");
  if (!settings().serverFunctional) return fail("Server is not functional.");
  if (tag === "deployment-failed" || !host.hasImage(application.image)) {
    return fail(`Error response from daemon: manifest for ${application.image} not found: manifest unknown`);
  }
  const old = host.containersOf(application.uuid);
  const name = `${application.uuid}-${String(deployment.id).padStart(12, "0")}`;
  const env = buildContainerEnvironment(application, name);
  const failure = host.run({ applicationUuid: application.uuid, name, image: application.image, env });
  if (failure !== undefined) return fail(`Error response from daemon: ${failure}`);
  await Promise.all(old.map((container) => host.remove(container, application.stopGracePeriodS * 1000)));
  await jobs.sleep(settings().deployMs);
  deployment.logs.push("Rolling update completed.");
  watcher.refresh(application);
  return "finished";
}
