import type { CoolifyToken } from "./authorization.ts";
import type { DeploymentQueue } from "./deployment-queue.ts";
import type { DockerHost } from "./docker-host.ts";
import type { Jobs } from "./jobs.ts";
import type { Placement } from "./model.ts";
import type { CoolifySettings } from "./settings.ts";
import type { StatusWatcher } from "./status-watcher.ts";
import type { CoolifyStore } from "./store.ts";

/** Everything the endpoints work with. */
export type CoolifyContext = {
  version: string;
  placement: Placement;
  store: CoolifyStore;
  host: DockerHost;
  watcher: StatusWatcher;
  queue: DeploymentQueue;
  jobs: Jobs;
  settings: () => Readonly<CoolifySettings>;
  clock: () => number;
  /** Notes in the timeline that an application began or ceased to exist. */
  record: (kind: "created" | "removed", applicationUuid: string) => void;
};

/** One authenticated request. */
export type CoolifyCall = {
  token: CoolifyToken;
  /** The path's parameter, the uuid; empty where the path has none. */
  uuid: string;
  query: URLSearchParams;
  /** The JSON body; undefined when it is none. */
  body: Record<string, unknown> | undefined;
};
