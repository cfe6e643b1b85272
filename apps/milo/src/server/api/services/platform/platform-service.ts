import type { DeploymentPlatform, LaunchFailureClass, MeetingPlatform } from "@milo/placement";

/** One attempt to launch, in milo's words. A platform renders it once; the rendering is stored before it is sent. */
export type Launch = {
  /** `bot-<installation>-<botId>-a<attempt>`, at most 63 characters: the attempt's name on every platform. */
  launchKey: string;
  installationId: string;
  botId: number;
  attempt: number;
  meetingPlatform: MeetingPlatform;
  /** What the bot calls home: MILO_PUBLIC_URL. */
  miloUrl: string;
  /** After this the platform itself should end the workload; seconds, grace included. */
  maxDurationSeconds: number;
};

/**
 * The exact request, without secrets, as plain JSON: what is stored with the deployment and sent again unchanged
 * to learn an unknown outcome. Each platform defines its own shape.
 */
export type RenderedRequest = { readonly [key: string]: unknown };

/** What must not be stored: re-derived from the launch key by whoever sends. */
export type LaunchSecrets = { attemptToken: string };

/** A definite failure: nothing runs, and nothing will. */
export type DefiniteFailure = {
  kind: "failed";
  class: Exclude<LaunchFailureClass, "unknown">;
  /** One sentence for an operator, naming the platform's own words. */
  reason: string;
  /** What the platform asked for (Retry-After), in milliseconds. */
  retryAfterMs?: number;
};

/** The request may or may not have taken effect: only a look-up can tell. */
export type UnknownOutcome = { kind: "unknown"; reason: string };

export type CreateOutcome =
  /** It exists under our key; `adopted` when an earlier request of this attempt had made it. */
  | { kind: "created"; identifier: string; adopted: boolean }
  | DefiniteFailure
  | UnknownOutcome
  /** Refused for good as it is, worth sending in another form (Spot → on-demand), which must be stored first. */
  | { kind: "retry_as"; request: RenderedRequest; reason: string };

export type StartOutcome = { kind: "started" } | DefiniteFailure | UnknownOutcome;

/** A workload of ours as a platform reports it. */
export type Workload = {
  /** The platform's own name for it, as `create` answers it. */
  identifier: string;
  /** Null when it bears our installation id but no readable launch key. */
  launchKey: string | null;
  /**
   * `inert` made but not started; `starting` not yet running; `running`; `ended` positively ended: it does not
   * run and will not run again (the only state that frees a slot).
   */
  state: "inert" | "starting" | "running" | "ended";
  /** Positive evidence that it will not start, seen before it ran, or before its process lived to claim. */
  startFailure?: { class: Exclude<LaunchFailureClass, "unknown">; reason: string };
  /** How it ended, when known: exit code, the platform's reason, and whether infrastructure took it. */
  end?: { exitCode: number | null; reason: string; infrastructure: boolean };
  /** The platform says that it takes it away, though it still runs (a Spot notice, an eviction). */
  reclaim?: { reason: string };
  /**
   * A sign that the bot's own process has ended, though its container is not known to be gone: the platform has started
   * another one in its place, or shows none. Late, and so believed only of a bot that is silent.
   */
  restarted?: { reason: string };
};

/**
 * What was left of a container, as far as its platform tells. Everything is optional; what is not known is left out.
 * Texts are as the platform gives them: whoever keeps them bounds and masks them.
 */
export type PostMortem = {
  /** The platform's own word for its state. */
  status?: string;
  reason?: string;
  exitCode?: number;
  /** Number of the signal that ended the process. */
  signal?: number;
  startedAt?: string;
  finishedAt?: string;
  restarts?: number;
  conditions?: readonly { type: string; reason?: string; message?: string; at?: string }[];
  /** The last lines, oldest first. */
  log?: readonly string[];
  /** What could not be learned, and why. */
  missing?: string;
};

export type FindOutcome = { kind: "found"; workload: Workload } | { kind: "absent" } | UnknownOutcome;

export type ListOutcome =
  /** Complete: every page was read without an error. */
  { kind: "listed"; workloads: readonly Workload[] } | { kind: "failed"; reason: string };

export type StopOutcome =
  /** The platform took the order; ask again until it is gone. */
  | { kind: "stopping" }
  /** Positively gone and cleaned up; safe to ask again. */
  | { kind: "gone" }
  /** Nothing is there under our key, without positive evidence that it ended. */
  | { kind: "absent" }
  | { kind: "failed"; reason: string };

export type HealthReport = { healthy: boolean; reason: string };

export type StopOptions = {
  keep?: (postMortem: PostMortem) => Promise<void>;
  /**
   * Whether nothing was heard of its bot for longer than a living one is silent: asked where the platform's own word may
   * be old. Without it the platform is believed.
   */
  isSilent?: () => Promise<boolean>;
};

/** Names a workload: by identifier once known, else by the key it was created under. */
export type WorkloadRef = { launchKey: string; identifier: string | null; request: RenderedRequest };

/** Whoever follows a platform. */
export type PlatformListener = {
  /** A listing may show by now that a start failed or a workload ended. A hint: it may come too often, late, or never. */
  onEvidence(): void;
  /** The platform cannot be followed for now, in a sentence for an operator; it is tried again. */
  onTrouble(reason: string): void;
};

/**
 * A deployment platform. No method throws for anything a platform or the network does, and every call is bounded
 * in time; a `signal` ends it earlier. All methods are safe to repeat.
 */
export interface PlatformService {
  readonly platform: DeploymentPlatform;
  /** It takes what it may have no room for: that it has room again shows by a claim, not by a create. */
  readonly showsRoomByClaimOnly?: true;
  /** Renders the exact request. Pure and deterministic; throws only for settings that a start-up check missed. */
  render(launch: Launch): RenderedRequest;
  /**
   * Makes the workload, inert where the platform can. Repeating it with the same request and secrets never makes
   * a second one: `resend` is true when an earlier send of it may have taken effect.
   */
  create(
    request: RenderedRequest,
    secrets: LaunchSecrets,
    options: { resend: boolean; signal: AbortSignal },
  ): Promise<CreateOutcome>;
  /** Starts what `create` made (a no-op where create starts). */
  start(ref: WorkloadRef, secrets: LaunchSecrets, options: { signal: AbortSignal }): Promise<StartOutcome>;
  find(ref: WorkloadRef): Promise<FindOutcome>;
  /** Every workload that bears our installation id, and nothing else. */
  list(): Promise<ListOutcome>;
  /**
   * Tells the listener of the platform's own notices until the signal ends; resolves when nothing is open any more.
   * Absent on platforms that send none.
   */
  follow?(listener: PlatformListener, signal: AbortSignal): Promise<void>;
  /**
   * How often `list` may be asked while launches are starting, in milliseconds, by what the platform's request limits
   * leave; absent: no oftener than at other times.
   */
  readonly listWhileStartingMs?: number;
  /**
   * One step towards gone: orders the stop (gracefully), or cleans up after it. Before anything is removed with which
   * evidence would go, `keep` is called with what is known, perhaps more than once: what is said later adds to it. What
   * cannot be learned holds up nothing; when `keep` rejects, nothing is removed and the step has failed. Without `keep`
   * nothing is looked for.
   */
  stop(ref: WorkloadRef, options?: StopOptions): Promise<StopOutcome>;
  checkHealth(): Promise<HealthReport>;
}
