/** Everything about the emulated Coolify that can be changed while it runs. */
export type CoolifySettings = {
  /** "API access" in the instance settings. */
  apiEnabled: boolean;
  /** Whether the allow-list of addresses lets the caller in. */
  addressAllowed: boolean;
  /** Requests per minute and user (API_RATE_LIMIT); null switches the limiter off. */
  rateLimitPerMinute: number | null;
  /** Deployments in progress at once on the server. */
  concurrentBuilds: number;
  /** Deployments that may wait; one more is refused. */
  deploymentQueueLimit: number;
  /** Image pull of a deployment. */
  imagePullMs: number;
  /** From the new container's start to the deployment's end. */
  deployMs: number;
  /** How long a queued job (stop, delete) waits for a worker. */
  jobDelayMs: number;
  /** Time between two looks at the containers; 60 s to 120 s on a real instance. 0 shows every change at once. */
  statusLagMs: number;
  /** Whether Coolify reaches the docker server. The containers run on when it does not. */
  serverFunctional: boolean;
  /** Docker's first wait before it restarts a container; doubles up to 60 s. */
  restartDelayMs: number;
  /** From a container's start to what a sentinel tag does to it. */
  disruptionAfterMs: number;
};

/** Limits are Coolify's own; waiting times are far shorter than real ones, so that tests are quick. */
export const DEFAULT_COOLIFY_SETTINGS: CoolifySettings = {
  apiEnabled: true,
  addressAllowed: true,
  rateLimitPerMinute: 200,
  concurrentBuilds: 2,
  deploymentQueueLimit: 25,
  imagePullMs: 20,
  deployMs: 20,
  jobDelayMs: 20,
  statusLagMs: 100,
  serverFunctional: true,
  restartDelayMs: 100,
  disruptionAfterMs: 50,
};
