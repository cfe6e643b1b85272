import type { PlatformService } from "../platform-service.ts";

/** What an endpoint's own record says of one launch key: the independent witness of what really ran. */
export type Sightings = {
  /** Containers (processes) that were ever started under the key. */
  starts: number;
  /** Of those, how many run now. */
  running: number;
  /** Signals sent to them, oldest first, such as `SIGTERM`. */
  signals: readonly string[];
};

/** A call of the port that a fault can hit. */
export type FaultyCall = "create" | "start" | "list";

/** Refusals every platform knows, each with the class the adapter must answer. */
export type Refusal = "capacity" | "throttled" | "auth";

/** Ways to break an endpoint. Each hits the next matching request only, except `hang`, which lasts until `clear`. */
export type Faults = {
  /** Requests of the call are taken and never answered. */
  hang(call: FaultyCall): Promise<void>;
  /** The next `create` takes effect, and its answer is lost on the way back. */
  loseAnswerOfCreate(): Promise<void>;
  /** The next `create` is refused. */
  refuseCreate(refusal: Refusal): Promise<void>;
  /** The second page (or second request) of the next `list` fails; absent where a list is one request. */
  failSecondPage?(): Promise<void>;
  clear(): Promise<void>;
};

/** Differences between services of one harness. */
export type ServiceOptions = {
  /** Bound of every call, milliseconds. */
  timeoutMs?: number;
  installationId?: string;
  /** A service whose bots have an image that cannot be pulled. */
  image?: "good" | "missing";
  /** A service that talks to a port where nobody listens. */
  endpoint?: "real" | "nobody";
};

/**
 * One platform at one endpoint (an emulator, or the real thing). What an endpoint cannot do is left out, and the
 * suite names the tests it therefore skips.
 */
export type PlatformHarness = {
  /** The installation of `service()` without options: six base32 characters, lower case. */
  installationId: string;
  service(options?: ServiceOptions): PlatformService;
  /** Whether `create` makes something that does not run before `start`. */
  createIsInert: boolean;
  /** More workloads than fit on one page of `list`. */
  moreThanOnePage: number;
  /** How long the endpoint may take from an order to its effect, milliseconds. */
  patienceMs: number;
  witness?: (launchKey: string) => Promise<Sightings>;
  faults?: Faults;
  /**
   * Puts something that is not ours under the key (no label of our installation), and answers a check that it is
   * still there, untouched. Absent where names are not unique on the platform.
   */
  plantForeign?: (launchKey: string) => Promise<() => Promise<boolean>>;
  /** Removes all that the harness's services made, and closes the endpoint if it is ours. */
  close(): Promise<void>;
};
