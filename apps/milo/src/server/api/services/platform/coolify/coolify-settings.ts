import type { MeetingPlatform } from "@milo/placement";

/** A bot image: by digest where it can be, since a tag may mean another image tomorrow. */
export type CoolifyImage = { name: string } & ({ tag: string } | { digest: `sha256:${string}` });

export type CoolifyTimeouts = {
  /** One HTTP request, its answer included. Coolify creates synchronously: a loaded one needs seconds. */
  requestMs: number;
  /** A whole operation of the port: every request and every wait for the request budget together. */
  callMs: number;
};

export const DEFAULT_COOLIFY_TIMEOUTS: CoolifyTimeouts = { requestMs: 10_000, callMs: 20_000 };

/** A little under Coolify's default API_RATE_LIMIT of 200 a minute, which the user's other tools share. */
export const DEFAULT_REQUESTS_PER_MINUTE = 180;
/**
 * How old a status can be: it comes by a push every 60 s or a look every minute, and lags up to two [platform-apis
 * §3.3]. An `exited` that may be older than our stop proves nothing until this has passed.
 */
export const DEFAULT_STATUS_SETTLE_MS = 150_000;
/** A deployment in the queue or in progress for longer is stuck: longer than any image pull worth waiting for. */
export const DEFAULT_DEPLOYMENT_STUCK_MS = 540_000;

/** How old the look may be that all stops share. A status is far older than this anyway. */
export const DEFAULT_STOP_LOOK_MS = 10_000;

/** Everything the Coolify adapter has to know. The token needs the abilities read, write and deploy. */
export type CoolifySettings = {
  installationId: string;
  /** With or without `/api/v1`. */
  apiUrl: string;
  apiToken: string;
  projectUuid: string;
  serverUuid: string;
  destinationUuid: string;
  environmentName: string;
  environmentUuid: string;
  images: Readonly<Record<MeetingPlatform, CoolifyImage>>;
  /** Docker's notation, such as `1` and `2g`. */
  limitsCpus: string;
  limitsMemory: string;
  /** Only what Coolify maps: `--init --shm-size=512m --cap-drop=ALL` and the like. */
  customDockerOptions: string;
  /** SIGTERM to SIGKILL, 1 to 3600. */
  stopGraceSeconds: number;
  requestsPerMinute: number;
  statusSettleMs: number;
  deploymentStuckMs: number;
  /** DEFAULT_STOP_LOOK_MS unless given. */
  stopLookMs?: number;
  timeouts: CoolifyTimeouts;
};
