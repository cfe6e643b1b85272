/** What the emulated Coolify holds. Times are epoch milliseconds until they are sent. */

export type EnvironmentVariable = {
  id: number;
  uuid: string;
  key: string;
  value: string;
  isPreview: boolean;
  isLiteral: boolean;
  isMultiline: boolean;
  isShownOnce: boolean;
  isRuntime: boolean;
  isBuildtime: boolean;
  comment: string | null;
  createdAtMs: number;
  updatedAtMs: number;
};

export type Application = {
  id: number;
  uuid: string;
  name: string;
  image: string;
  imageName: string;
  imageTag: string;
  portsExposes: string;
  domain: string | null;
  tags: string[];
  stopGracePeriodS: number;
  /** Restarts after which Coolify gives a container up; 0 is never. */
  maxRestartCount: number;
  /** The fields of the create request, for echoing. */
  fields: Record<string, unknown>;
  environment: EnvironmentVariable[];
  /** What the API shows: the last look at the containers, not their present state. */
  shownStatus: string;
  shownRestartCount: number;
  createdAtMs: number;
  updatedAtMs: number;
};

export type DeploymentStatus = "queued" | "in_progress" | "finished" | "failed" | "cancelled-by-user";

export type Deployment = {
  id: number;
  uuid: string;
  applicationId: number;
  applicationUuid: string;
  applicationName: string;
  status: DeploymentStatus;
  forceRebuild: boolean;
  restartOnly: boolean;
  logs: string[];
  createdAtMs: number;
  updatedAtMs: number;
  finishedAtMs: number | null;
};

/** The one docker server, its project and its destination, as the options name them. */
export type Placement = {
  projectUuid: string;
  environmentName: string;
  environmentUuid: string;
  serverUuid: string;
  destinationUuids: string[];
};
