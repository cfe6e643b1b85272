import type {
  CreateOutcome,
  FindOutcome,
  HealthReport,
  Launch,
  LaunchSecrets,
  ListOutcome,
  PlatformListener,
  PlatformService,
  RenderedRequest,
  StartOutcome,
  StopOptions,
  StopOutcome,
  WorkloadRef,
} from "../platform-service.ts";
import { checkHealth } from "./check-health.ts";
import { ClusterNamespace } from "./cluster-namespace.ts";
import { createWorkload } from "./create-workload.ts";
import { followWorkloads } from "./follow-workloads.ts";
import { KubernetesClient } from "./kubernetes-client.ts";
import { type KubernetesSettings, KubernetesSettingsError } from "./kubernetes-settings.ts";
import { findWorkload, listWorkloads } from "./read-workloads.ts";
import { checkSettings, renderRequest } from "./render-request.ts";
import { startWorkload } from "./start-workload.ts";
import { stopWorkload } from "./stop-workload.ts";

/**
 * Bots as Kubernetes Jobs (1.31 or later): one suspended Job per attempt, named by its launch key, with a Secret of
 * its own that the Job owns. Needs, in its namespace: jobs create, get, list, watch, patch, delete; secrets create, patch;
 * pods list, watch; pods/log get (for post-mortems); events list, watch. With pods delete it also ends pods that outlived
 * their Job, which otherwise is an alarm.
 */
export class KubernetesPlatformService implements PlatformService {
  readonly platform = "k8s";
  readonly showsRoomByClaimOnly = true;
  private readonly settings: KubernetesSettings;
  private readonly namespace: ClusterNamespace;

  /** @throws {KubernetesSettingsError} for settings with which no bot could be launched */
  constructor(settings: KubernetesSettings) {
    checkSettings(settings);
    this.settings = settings;
    this.namespace = new ClusterNamespace(settings, connect(settings));
  }

  render(launch: Launch): RenderedRequest {
    return renderRequest(launch, this.settings);
  }

  create(
    request: RenderedRequest,
    secrets: LaunchSecrets,
    options: { resend: boolean; signal: AbortSignal },
  ): Promise<CreateOutcome> {
    return createWorkload(this.namespace, request, secrets, options);
  }

  start(ref: WorkloadRef, _secrets: LaunchSecrets, options: { signal: AbortSignal }): Promise<StartOutcome> {
    return startWorkload(this.namespace, ref, options.signal);
  }

  find(ref: WorkloadRef): Promise<FindOutcome> {
    return findWorkload(this.namespace, ref);
  }

  list(): Promise<ListOutcome> {
    return listWorkloads(this.namespace);
  }

  follow(listener: PlatformListener, signal: AbortSignal): Promise<void> {
    return followWorkloads(this.namespace, listener, signal);
  }

  stop(ref: WorkloadRef, options?: StopOptions): Promise<StopOutcome> {
    return stopWorkload(this.namespace, ref, options);
  }

  checkHealth(): Promise<HealthReport> {
    return checkHealth(this.namespace);
  }
}

function connect(settings: KubernetesSettings): KubernetesClient {
  try {
    return new KubernetesClient(settings.access);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new KubernetesSettingsError(`The cluster's kubeconfig cannot be used: ${message}`);
  }
}
