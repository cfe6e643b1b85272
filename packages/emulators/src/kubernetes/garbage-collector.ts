import { type Cluster, keyOf } from "./cluster.ts";
import { isOwnedBy } from "./job-controller.ts";
import { formatTime, type Job, type Pod } from "./objects.ts";

export type PropagationPolicy = "Orphan" | "Background" | "Foreground";

const FINALIZERS = { Orphan: "orphan", Foreground: "foregroundDeletion" } as const;

/** Deletes Jobs and what they own, in the three ways of the real garbage collector. */
export interface GarbageCollector {
  /** Returns the Job as it is afterwards, or null when it is gone at once (Background). */
  deleteJob(job: Job, policy: PropagationPolicy): Job | null;
  /** Deletes Secrets and pods whose owner does not exist, soon. */
  collect(): void;
  /** Finishes foreground deletions whose pods are gone. */
  finishForeground(): void;
}

export function createGarbageCollector(cluster: Cluster, deletePod: (pod: Pod) => void): GarbageCollector {
  const { store, timers, settings, clock } = cluster;

  const dependents = (uid: string): Pod[] => store.list("pods").filter((pod) => isOwnedBy(pod, uid));
  const orphan = (job: Job): void => {
    const { uid } = job.metadata;
    for (const resource of ["pods", "secrets"] as const) {
      for (const object of store.list(resource).filter((one) => isOwnedBy(one, uid))) {
        store.update(resource, keyOf(object), ({ metadata }) => {
          metadata.ownerReferences = metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
        });
      }
    }
    store.remove("jobs", keyOf(job));
  };
  const deleteWithoutOwner = (): void => {
    for (const secret of store.list("secrets")) {
      if (isOwnerless(secret.metadata.ownerReferences)) store.remove("secrets", keyOf(secret));
    }
    for (const pod of store.list("pods")) {
      if (pod.metadata.deletionTimestamp === undefined && isOwnerless(pod.metadata.ownerReferences)) deletePod(pod);
    }
  };
  const isOwnerless = (owners: { uid: string }[] | undefined): boolean =>
    owners !== undefined && owners.length > 0 && owners.every(({ uid }) => store.findByUid(uid) === undefined);
  const collect = (): void => timers.after(settings.get().gcDelayMs, deleteWithoutOwner);

  return {
    collect,
    deleteJob: (job, policy) => {
      if (job.metadata.deletionTimestamp !== undefined) return job;
      if (policy === "Background") {
        store.remove("jobs", keyOf(job));
        collect();
        return null;
      }
      const marked = store.update("jobs", keyOf(job), ({ metadata }) => {
        metadata.deletionTimestamp = formatTime(clock());
        metadata.deletionGracePeriodSeconds = 0;
        metadata.finalizers = [...(metadata.finalizers ?? []), FINALIZERS[policy]];
      });
      timers.after(settings.get().gcDelayMs, () => {
        if (policy === "Orphan") orphan(job);
        else for (const pod of dependents(job.metadata.uid)) deletePod(pod);
      });
      return marked ?? null;
    },
    finishForeground: () => {
      for (const job of store.list("jobs")) {
        if (job.metadata.finalizers?.includes(FINALIZERS.Foreground) !== true) continue;
        if (dependents(job.metadata.uid).length > 0) continue;
        store.remove("jobs", keyOf(job));
        collect();
      }
    },
  };
}
