import type {
  CreateOutcome,
  FindOutcome,
  HealthReport,
  Launch,
  LaunchSecrets,
  ListOutcome,
  PlatformService,
  RenderedRequest,
  StartOutcome,
  StopOutcome,
  WorkloadRef,
} from "../platform-service.ts";
import { readRequest, renderApplication } from "./application-request.ts";
import { workloadOf } from "./application-state.ts";
import { CoolifyApi } from "./coolify-api.ts";
import { CoolifyClient } from "./coolify-client.ts";
import { type CoolifyContext, loadApplication } from "./coolify-context.ts";
import { type CoolifySettings, DEFAULT_STOP_LOOK_MS } from "./coolify-settings.ts";
import { createApplication } from "./create-application.ts";
import { DeploymentMemory } from "./deployment-memory.ts";
import { listApplications } from "./list-applications.ts";
import { SharedLook } from "./shared-look.ts";
import { startApplication } from "./start-application.ts";
import { stopApplication } from "./stop-application.ts";
import { StopMemory } from "./stop-memory.ts";
import { VersionKnowledge } from "./version-knowledge.ts";

/** Wall-clock time: Coolify's own timestamps are compared with it, in minutes. */
export type WallClock = () => number;

/** Runs each attempt as one Coolify application of its own, made inert and then deployed once. */
export class CoolifyPlatformService implements PlatformService {
  readonly platform = "coolify" as const;
  /** A listing is two requests: 40 a minute, which leave the launches most of the 180 that we allow ourselves. */
  readonly listWhileStartingMs = 3_000;
  readonly #context: CoolifyContext;
  readonly #nowMs: WallClock;

  constructor(settings: CoolifySettings, nowMs: WallClock = Date.now) {
    const api = new CoolifyApi(new CoolifyClient(settings));
    const look = new SharedLook(api, settings.stopLookMs ?? DEFAULT_STOP_LOOK_MS);
    const [version, stops, over] = [new VersionKnowledge(api), new StopMemory(), new DeploymentMemory()];
    this.#context = { settings, api, version, stops, look, over };
    this.#nowMs = nowMs;
  }

  render(launch: Launch): RenderedRequest {
    return renderApplication(this.#context.settings, launch);
  }

  async create(
    request: RenderedRequest,
    secrets: LaunchSecrets,
    options: { resend: boolean; signal: AbortSignal },
  ): Promise<CreateOutcome> {
    const stored = readRequest(request);
    const signal = this.#deadline(options.signal);
    if (stored) return createApplication(this.#context, stored, secrets, { resend: options.resend, signal });
    const reason = "The stored request is not one for Coolify";
    return options.resend ? { kind: "unknown", reason } : { kind: "failed", class: "invalid", reason };
  }

  start(ref: WorkloadRef, _secrets: LaunchSecrets, options: { signal: AbortSignal }): Promise<StartOutcome> {
    return startApplication(this.#context, ref, this.#deadline(options.signal));
  }

  async find(ref: WorkloadRef): Promise<FindOutcome> {
    const signal = this.#deadline();
    const loaded = await loadApplication(this.#context, ref, signal);
    if (loaded.kind === "absent") return { kind: "absent" };
    if (loaded.kind !== "ok") return { kind: "unknown", reason: loaded.reason };
    const application = loaded.value;
    const deployments = await this.#context.api.deploymentsOf(application.uuid, signal);
    if (deployments.kind === "absent") return { kind: "absent" };
    if (deployments.kind !== "ok") return { kind: "unknown", reason: deployments.reason };
    const stop = this.#context.stops.get(application.uuid);
    const seen = { application, deployments: deployments.value, stop, nowMs: this.#nowMs() };
    return { kind: "found", workload: workloadOf(seen, this.#context.settings) };
  }

  list(): Promise<ListOutcome> {
    return listApplications(this.#context, this.#nowMs(), this.#deadline());
  }

  stop(ref: WorkloadRef): Promise<StopOutcome> {
    return stopApplication(this.#context, ref, this.#nowMs(), this.#deadline());
  }

  /** The token is good, and the docker server is not known to be out of order. */
  async checkHealth(): Promise<HealthReport> {
    const { api, settings } = this.#context;
    const signal = this.#deadline();
    const version = await api.version(signal);
    if (version.kind === "absent") return { healthy: false, reason: "Coolify: it has no version" };
    if (version.kind !== "ok") return { healthy: false, reason: version.reason };
    const server = await api.isServerInOrder(settings.serverUuid, signal);
    if (server.kind === "absent") return { healthy: false, reason: `Coolify has no server ${settings.serverUuid}` };
    if (server.kind !== "ok") return { healthy: false, reason: server.reason };
    if (!server.value) return { healthy: false, reason: "Coolify: its docker server is not functional" };
    return { healthy: true, reason: `Coolify ${version.value.trim()} answers` };
  }

  /** Bounds all requests and waits of one call together. */
  #deadline(signal?: AbortSignal): AbortSignal {
    const timeout = AbortSignal.timeout(this.#context.settings.timeouts.callMs);
    return signal ? AbortSignal.any([signal, timeout]) : timeout;
  }
}
