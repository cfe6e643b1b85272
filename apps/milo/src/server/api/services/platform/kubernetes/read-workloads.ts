import type { FindOutcome, ListOutcome, Workload, WorkloadRef } from "../platform-service.ts";
import { type ClusterNamespace, FAILED_CREATES } from "./cluster-namespace.ts";
import { describeFailure } from "./kubernetes-errors.ts";
import { type Observed, observeAll, observeOne } from "./observe-workloads.ts";
import { type StartFailure, suspectRefusal } from "./start-failure.ts";
import { awaitsPod, describeWorkload, lacksPod } from "./workload-state.ts";

/** Looks one attempt up, by its uid when that is known. */
export async function findWorkload(namespace: ClusterNamespace, ref: WorkloadRef): Promise<FindOutcome> {
  try {
    const observed = await observeOne(namespace, ref);
    const [workload] = observed === null ? [] : await describeAll(namespace, [observed]);
    return workload === undefined ? { kind: "absent" } : { kind: "found", workload };
  } catch (error) {
    return { kind: "unknown", reason: describeFailure(error, "look the Job up", namespace.settings.now()).reason };
  }
}

/** Every workload of our installation; a Job that vanished without evidence is left out, as absent. */
export async function listWorkloads(namespace: ClusterNamespace): Promise<ListOutcome> {
  try {
    return { kind: "listed", workloads: await describeAll(namespace, await observeAll(namespace)) };
  } catch (error) {
    return { kind: "failed", reason: describeFailure(error, "list the Jobs", namespace.settings.now()).reason };
  }
}

async function describeAll(namespace: ClusterNamespace, observed: readonly Observed[]): Promise<Workload[]> {
  const context = namespace.judgeStartsNow();
  const refused = await explainMissingPods(namespace, observed, context.nowMs);
  return observed
    .map((one) => describeWorkload(one, refused.get(uidOf(one)), context))
    .filter((workload) => workload !== null);
}

/**
 * Why Jobs are not given their pods, by the Job's uid, where that counts by now. A quota or policy that refuses a pod
 * shows in events only: those that the watch has heard of serve at once, others are read when a Job has no pod for
 * longer than usual.
 */
async function explainMissingPods(
  namespace: ClusterNamespace,
  observed: readonly Observed[],
  nowMs: number,
): Promise<Map<string, StartFailure>> {
  const explained = new Map<string, StartFailure>();
  const unexplained: Observed[] = [];
  for (const one of observed.filter(awaitsPod)) {
    const heard = namespace.refusals.get(uidOf(one));
    const suspicion = heard && suspectRefusal(heard.message, heard.firstMs);
    if (suspicion !== undefined && suspicion.countsFromMs <= nowMs) explained.set(uidOf(one), suspicion.failure);
    else if (lacksPod(one, nowMs)) unexplained.push(one);
  }
  for (const [uid, message] of await readRefusals(namespace, unexplained)) {
    // By the time they are asked for, patience is over.
    explained.set(uid, suspectRefusal(message, Number.NEGATIVE_INFINITY).failure);
  }
  return explained;
}

async function readRefusals(
  namespace: ClusterNamespace,
  lacking: readonly Observed[],
): Promise<ReadonlyMap<string, string>> {
  const [first] = lacking;
  if (first === undefined) return new Map();
  const uid = lacking.length === 1 ? `,involvedObject.uid=${uidOf(first)}` : "";
  try {
    const messages = await namespace.readFailedCreates(`${FAILED_CREATES}${uid}`);
    const wanted = new Set(lacking.map(uidOf));
    return new Map([...messages].filter(([jobUid]) => wanted.has(jobUid)));
  } catch {
    // An explanation is an extra: without it the attempt's own deadline ends the wait.
    return new Map();
  }
}

function uidOf({ job }: Observed): string {
  return job.metadata?.uid ?? "";
}
