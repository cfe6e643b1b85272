import type { V1Job, V1Pod } from "@kubernetes/client-node";
import { ImageFailureSightings } from "./image-failure-sightings.ts";
import type { Apis, KubernetesClient } from "./kubernetes-client.ts";
import {
  type KubernetesSettings,
  LIST_TIMEOUT_MS,
  PAGE_SIZE,
  READ_TIMEOUT_MS,
  UNSCHEDULABLE_GRACE_MS,
  WRITE_TIMEOUT_MS,
} from "./kubernetes-settings.ts";
import { PodRefusals } from "./pod-refusals.ts";
import type { StartFailureContext } from "./start-failure.ts";

/** Selects the events with which the API server refuses Jobs their pods, whosever they are. */
export const FAILED_CREATES = "reason=FailedCreate,involvedObject.kind=Job";

type Page<T> = { items: T[]; metadata?: { _continue?: string } };

/** Our namespace of one cluster: the requests that the port's operations are made of, each bounded in time. */
export class ClusterNamespace {
  readonly settings: KubernetesSettings;
  readonly client: KubernetesClient;
  /** What the watch on events has heard; empty in a process that does not watch. */
  readonly refusals = new PodRefusals();
  private readonly sightings = new ImageFailureSightings();

  constructor(settings: KubernetesSettings, client: KubernetesClient) {
    this.settings = settings;
    this.client = client;
  }

  /** One request that changes something. */
  write<T>(request: (apis: Apis) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.client.call(this.settings.timeoutsMs?.write ?? WRITE_TIMEOUT_MS, request, signal);
  }

  read<T>(request: (apis: Apis) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.client.call(this.settings.timeoutsMs?.read ?? READ_TIMEOUT_MS, request, signal);
  }

  /** Every Job that bears the labels, all pages. */
  listJobs(labelSelector: string): Promise<V1Job[]> {
    const { namespace } = this.settings;
    return this.readPages((apis, limit, _continue) =>
      apis.batch.listNamespacedJob({ namespace, labelSelector, limit, _continue }),
    );
  }

  /** Every pod that bears the labels, all pages. */
  listPods(labelSelector: string): Promise<V1Pod[]> {
    const { namespace } = this.settings;
    return this.readPages((apis, limit, _continue) =>
      apis.core.listNamespacedPod({ namespace, labelSelector, limit, _continue }),
    );
  }

  /** The newest message of the events with which the API server refused a Job its pod, by the Job's uid. */
  async readFailedCreates(fieldSelector: string): Promise<Map<string, string>> {
    const { namespace } = this.settings;
    const events = await this.readPages((apis, limit, _continue) =>
      apis.core.listNamespacedEvent({ namespace, fieldSelector, limit, _continue }),
    );
    const messages = new Map<string, string>();
    for (const { involvedObject, reason, message } of events) {
      if (reason !== "FailedCreate" || involvedObject.uid === undefined) continue;
      messages.set(involvedObject.uid, message ?? "FailedCreate");
    }
    return messages;
  }

  /** What start failures are judged by, at this moment. */
  judgeStartsNow(): StartFailureContext {
    const nowMs = this.settings.now();
    return {
      nowMs,
      unschedulableGraceMs: this.settings.unschedulableGraceMs ?? UNSCHEDULABLE_GRACE_MS,
      firstImageFailureMs: (pod) => this.sightings.note(pod, nowMs),
    };
  }

  /** A failed page fails the whole: half a list would look like vanished bots. */
  private async readPages<T>(
    readPage: (apis: Apis, limit: number, _continue: string | undefined) => Promise<Page<T>>,
  ): Promise<T[]> {
    const timeoutMs = this.settings.timeoutsMs?.list ?? LIST_TIMEOUT_MS;
    const limit = this.settings.pageSize ?? PAGE_SIZE;
    const items: T[] = [];
    let next: string | undefined;
    do {
      const page = await this.client.call(timeoutMs, (apis) => readPage(apis, limit, next));
      items.push(...page.items);
      next = page.metadata?._continue || undefined;
    } while (next !== undefined);
    return items;
  }
}
