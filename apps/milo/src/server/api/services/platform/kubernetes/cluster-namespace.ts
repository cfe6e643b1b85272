import type { CoreV1Event, V1Job, V1Pod } from "@kubernetes/client-node";
import type { ImageFailureSightings } from "./image-failure-sightings.ts";
import type { Apis, KubernetesClient } from "./kubernetes-client.ts";
import {
  type KubernetesSettings,
  LIST_TIMEOUT_MS,
  PAGE_SIZE,
  READ_TIMEOUT_MS,
  UNSCHEDULABLE_GRACE_MS,
  WRITE_TIMEOUT_MS,
} from "./kubernetes-settings.ts";
import type { StartFailureContext } from "./start-failure.ts";

/** Equal events are counted up in one: a pod has a handful. */
const EVENTS_OF_ONE = 20;

type Page<T> = { items: T[]; metadata?: { _continue?: string } };

/** Our namespace of one cluster: the requests that the port's operations are made of, each bounded in time. */
export class ClusterNamespace {
  readonly settings: KubernetesSettings;
  readonly client: KubernetesClient;
  private readonly sightings: ImageFailureSightings;

  constructor(settings: KubernetesSettings, client: KubernetesClient, sightings: ImageFailureSightings) {
    this.settings = settings;
    this.client = client;
    this.sightings = sightings;
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

  /** Messages of the events with which the API server refused a Job its pod, by the Job's uid, newest first. */
  async readFailedCreates(fieldSelector: string): Promise<Map<string, string[]>> {
    const { namespace } = this.settings;
    const events = await this.readPages((apis, limit, _continue) =>
      apis.core.listNamespacedEvent({ namespace, fieldSelector, limit, _continue }),
    );
    const messages = new Map<string, string[]>();
    for (const event of events.reverse()) {
      const uid = event.involvedObject.uid;
      if (event.reason !== "FailedCreate" || uid === undefined) continue;
      messages.set(uid, [...(messages.get(uid) ?? []), event.message ?? "FailedCreate"]);
    }
    return messages;
  }

  /** The events that concern one object, oldest first; one page of them tells enough. */
  async readEventsOf(uid: string): Promise<CoreV1Event[]> {
    const { namespace } = this.settings;
    const fieldSelector = `involvedObject.uid=${uid}`;
    const page = await this.read((apis) =>
      apis.core.listNamespacedEvent({ namespace, fieldSelector, limit: EVENTS_OF_ONE }),
    );
    return page.items;
  }

  /** What start failures are judged by, at this moment. */
  judgeStartsNow(): StartFailureContext {
    const nowMs = this.settings.now();
    return {
      nowMs,
      unschedulableGraceMs: this.settings.unschedulableGraceMs ?? UNSCHEDULABLE_GRACE_MS,
      countImageFailure: (pod) => this.sightings.count(pod, nowMs),
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
