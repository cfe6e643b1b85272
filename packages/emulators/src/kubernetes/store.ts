import { randomUUID } from "node:crypto";
import {
  formatTime,
  type Job,
  type KubeEvent,
  type KubeObject,
  type Pod,
  RESOURCES,
  type Resource,
  type ResourceQuota,
  type Secret,
} from "./objects.ts";

export interface StoredTypes {
  jobs: Job;
  pods: Pod;
  events: KubeEvent;
  secrets: Secret;
  resourcequotas: ResourceQuota;
}

/** One change; `previous` lets a watch with a selector see objects leave it. */
export interface StoreChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: Resource;
  readonly revision: number;
  readonly object: KubeObject;
  readonly previous: KubeObject | null;
}

/** What etcd and the API server's storage layer do: objects, one revision counter, and a history of changes. */
export interface Store {
  revision(): number;
  /** Changes at or before this revision are forgotten. */
  compactedRevision(): number;
  get<R extends Resource>(resource: R, namespace: string, name: string): StoredTypes[R] | undefined;
  /** In key order, as etcd lists. The objects are frozen copies. */
  list<R extends Resource>(resource: R): StoredTypes[R][];
  findByUid(uid: string): KubeObject | undefined;
  /** Stores a new object with uid, creation time and resource version set. The name must be free. */
  add<R extends Resource>(resource: R, object: StoredTypes[R]): StoredTypes[R];
  /** Applies `change` to a copy of the newest state; a copy that does not differ is not written. */
  update<R extends Resource>(
    resource: R,
    key: { namespace: string; name: string },
    change: (draft: StoredTypes[R]) => void,
  ): StoredTypes[R] | undefined;
  remove(resource: Resource, key: { namespace: string; name: string }): void;
  changesAfter(revision: number): StoreChange[];
  subscribe(listener: (change: StoreChange) => void): () => void;
  compact(): void;
  clear(): void;
}

export function createStore(clock: () => number): Store {
  // One map per resource: Events by the thousand must not slow down looking for pods.
  const objects = Object.fromEntries(Object.keys(RESOURCES).map((resource) => [resource, new Map()])) as Record<
    Resource,
    Map<string, KubeObject>
  >;
  const listeners = new Set<(change: StoreChange) => void>();
  let history: StoreChange[] = [];
  let revision = 1000;
  let compacted = 0;

  const keyOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
  const commit = (type: StoreChange["type"], resource: Resource, object: KubeObject, previous: KubeObject | null) => {
    const change = { type, resource, revision, object, previous };
    history.push(change);
    for (const listener of [...listeners]) listener(change);
  };
  const write = <T extends KubeObject>(resource: Resource, object: T, previous: T | null): T => {
    revision += 1;
    object.metadata.resourceVersion = String(revision);
    objects[resource].set(keyOf(object.metadata), object);
    commit(previous === null ? "ADDED" : "MODIFIED", resource, object, previous);
    return object;
  };

  return {
    revision: () => revision,
    compactedRevision: () => compacted,
    get: <R extends Resource>(resource: R, namespace: string, name: string) =>
      objects[resource].get(keyOf({ namespace, name })) as StoredTypes[R] | undefined,
    list: <R extends Resource>(resource: R) =>
      [...objects[resource]].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as StoredTypes[R]),
    findByUid: (uid) =>
      Object.values(objects)
        .flatMap((all) => [...all.values()])
        .find(({ metadata }) => metadata.uid === uid),
    add: (resource, object) => {
      const { apiVersion, kind } = RESOURCES[resource];
      const copy = { ...structuredClone(object), apiVersion, kind };
      if (copy.metadata.uid === "") copy.metadata.uid = randomUUID();
      copy.metadata.creationTimestamp = formatTime(clock());
      return write(resource, copy, null);
    },
    update: <R extends Resource>(
      resource: R,
      key: { namespace: string; name: string },
      change: (draft: StoredTypes[R]) => void,
    ) => {
      const old = objects[resource].get(keyOf(key)) as StoredTypes[R] | undefined;
      if (old === undefined) return undefined;
      const draft = structuredClone(old);
      change(draft);
      return JSON.stringify(draft) === JSON.stringify(old) ? old : write(resource, draft, old);
    },
    remove: (resource, key) => {
      const old = objects[resource].get(keyOf(key));
      if (old === undefined) return;
      objects[resource].delete(keyOf(key));
      revision += 1;
      const last = structuredClone(old);
      last.metadata.resourceVersion = String(revision);
      commit("DELETED", resource, last, old);
    },
    changesAfter: (after) => history.filter((change) => change.revision > after),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    compact: () => {
      compacted = revision;
      history = [];
    },
    clear: () => {
      for (const all of Object.values(objects)) all.clear();
      compacted = revision;
      history = [];
    },
  };
}
