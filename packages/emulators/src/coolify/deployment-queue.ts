import { findSentinel } from "../runtime/sentinels.ts";
import type { Application, Deployment } from "./model.ts";
import type { CoolifySettings } from "./settings.ts";
import { type CoolifyStore, makeUuid } from "./store.ts";

export type QueueResult = { kind: "queued"; deployment: Deployment } | { kind: "skipped" } | { kind: "queue-full" };

export type QueueRequest = {
  forceRebuild?: boolean;
  restartOnly?: boolean;
  /** Starts at once, past the limit on deployments in progress (not past the queue's). */
  instantly?: boolean;
};

export type DeploymentQueue = {
  add(application: Application, request: QueueRequest): QueueResult;
  /** Marks a deployment cancelled; false when it has ended already. */
  cancel(deployment: Deployment): boolean;
  close(): void;
};

/**
 * The server's deployment queue: at most `concurrentBuilds` in progress, one per application, oldest first.
 * `run` does the work of one deployment and ends it through `finish`.
 */
export function createDeploymentQueue(context: {
  store: CoolifyStore;
  settings: () => Readonly<CoolifySettings>;
  clock: () => number;
  hasQueueLimit: boolean;
  run: (deployment: Deployment, application: Application) => Promise<"finished" | "failed">;
}): DeploymentQueue {
  const { store, settings, clock } = context;
  let isOpen = true;

  const count = (status: Deployment["status"]): number =>
    store.deployments.filter((deployment) => deployment.status === status).length;
  const setStatus = (deployment: Deployment, status: Deployment["status"]): void => {
    deployment.status = status;
    deployment.updatedAtMs = clock();
    if (status !== "queued" && status !== "in_progress") deployment.finishedAtMs = clock();
  };
  const canStart = (deployment: Deployment): boolean => {
    const isBusy = store.deployments.some(
      (other) => other.status === "in_progress" && other.applicationId === deployment.applicationId,
    );
    return !isBusy && count("in_progress") < settings().concurrentBuilds;
  };
  const startNext = (): void => {
    if (!isOpen) return;
    for (const deployment of store.deployments) {
      if (deployment.status === "queued" && canStart(deployment)) void start(deployment);
    }
  };
  const start = async (deployment: Deployment): Promise<void> => {
    setStatus(deployment, "in_progress");
    const application = store.applications.get(deployment.applicationUuid);
    const outcome = application === undefined ? "failed" : await context.run(deployment, application);
    if (deployment.status === "in_progress") setStatus(deployment, outcome);
    startNext();
  };
  const add = (application: Application, request: QueueRequest): QueueResult => {
    if (isQueueFull(application)) return { kind: "queue-full" };
    const isOpenAlready = store.deployments.some(
      ({ applicationId, status }) =>
        applicationId === application.id && (status === "queued" || status === "in_progress"),
    );
    const { forceRebuild = false, restartOnly = false, instantly = false } = request;
    if (isOpenAlready && !forceRebuild && !instantly) return { kind: "skipped" };
    const deployment = makeDeployment(application, { forceRebuild, restartOnly });
    store.deployments.push(deployment);
    if (instantly || canStart(deployment)) void start(deployment);
    return { kind: "queued", deployment };
  };
  const isQueueFull = (application: Application): boolean => {
    if (findSentinel("coolify", application.image)?.tag === "queue-full") return true;
    return context.hasQueueLimit && count("queued") >= settings().deploymentQueueLimit;
  };
  const makeDeployment = (
    application: Application,
    flags: Pick<Deployment, "forceRebuild" | "restartOnly">,
  ): Deployment => ({
    id: store.nextId(),
    uuid: makeUuid(),
    applicationId: application.id,
    applicationUuid: application.uuid,
    applicationName: application.name,
    status: "queued",
    ...flags,
    logs: [],
    createdAtMs: clock(),
    updatedAtMs: clock(),
    finishedAtMs: null,
  });
  const cancel = (deployment: Deployment): boolean => {
    if (deployment.status !== "queued" && deployment.status !== "in_progress") return false;
    setStatus(deployment, "cancelled-by-user");
    startNext();
    return true;
  };
  return {
    add,
    cancel,
    close: () => {
      isOpen = false;
    },
  };
}
