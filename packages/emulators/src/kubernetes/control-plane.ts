import type { Cluster } from "./cluster.ts";
import { disruptBySentinel } from "./disruptions.ts";
import { createGarbageCollector, type GarbageCollector } from "./garbage-collector.ts";
import { createJobController } from "./job-controller.ts";
import { createKubelet, type Kubelet } from "./kubelet.ts";
import type { KubeObject, Pod } from "./objects.ts";
import { deletePod, removeReleasedPods } from "./pod-deletion.ts";
import { schedulePods } from "./scheduler.ts";
import type { StoreChange } from "./store.ts";

/** Scheduler, kubelet, Job controller and garbage collector, driven by the store's changes. */
export interface ControlPlane {
  readonly kubelet: Kubelet;
  readonly garbage: GarbageCollector;
  deletePod(pod: Pod, graceSeconds?: number): void;
  /** Looks at everything again, after a change that is not in the store. */
  wake(): void;
  clear(): void;
}

export function createControlPlane(cluster: Cluster): ControlPlane {
  const { store, timers, settings } = cluster;
  const kubelet: Kubelet = createKubelet(cluster, (pod, sentinel) =>
    disruptBySentinel(cluster, kubelet, pod, sentinel),
  );
  const remove = (pod: Pod, graceSeconds?: number): void => deletePod(cluster, kubelet, pod, graceSeconds);
  const garbage = createGarbageCollector(cluster, (pod) => remove(pod));
  const jobs = createJobController(cluster, {
    deletePod: (pod) => remove(pod),
    deleteFinishedJob: (job) => garbage.deleteJob(job, "Foreground"),
  });

  const dirtyJobs = new Set<string>();
  let isRoundDue = false;
  let isSchedulingDue = false;
  const wake = (): void => {
    if (!isRoundDue) {
      isRoundDue = true;
      timers.after(0, runRound);
    }
    if (!isSchedulingDue) {
      isSchedulingDue = true;
      timers.after(settings.get().scheduleDelayMs, () => {
        isSchedulingDue = false;
        schedulePods(cluster, (pod) => kubelet.start(pod));
      });
    }
  };
  const runRound = (): void => {
    isRoundDue = false;
    const uids = [...dirtyJobs];
    dirtyJobs.clear();
    for (const uid of uids) jobs.sync(uid);
    removeReleasedPods(cluster, kubelet);
    garbage.finishForeground();
  };
  store.subscribe((change) => {
    const uids = findAffectedJobs(change);
    for (const uid of uids) dirtyJobs.add(uid);
    if (change.resource === "secrets" && change.type !== "DELETED") garbage.collect();
    if (change.resource === "jobs" || change.resource === "pods") wake();
  });
  return {
    kubelet,
    garbage,
    deletePod: remove,
    wake,
    clear: () => {
      dirtyJobs.clear();
      isRoundDue = false;
      isSchedulingDue = false;
      kubelet.clear();
      jobs.clear();
    },
  };
}

/** What deleting through the API needs of the control plane. */
export function changeHooks({ garbage, deletePod: remove }: ControlPlane) {
  return { garbage, deletePod: remove };
}

function findAffectedJobs({ resource, object }: StoreChange): string[] {
  if (resource === "jobs") return [object.metadata.uid];
  if (resource !== "pods") return [];
  const owner = ownerUid(object);
  const tracked = object.metadata.labels?.["batch.kubernetes.io/controller-uid"];
  return [...new Set([owner, tracked].filter((uid) => uid !== undefined))];
}

function ownerUid(object: KubeObject): string | undefined {
  return object.metadata.ownerReferences?.find(({ kind }) => kind === "Job")?.uid;
}
