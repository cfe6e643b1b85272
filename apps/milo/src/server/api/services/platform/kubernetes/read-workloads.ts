import type { FindOutcome, ListOutcome, Workload, WorkloadRef } from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { describeFailure } from "./kubernetes-errors.ts";
import { type Observed, observeAll, observeOne } from "./observe-workloads.ts";
import { describeWorkload, lacksPod } from "./workload-state.ts";

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
  const failedCreates = await explainMissingPods(namespace, observed, context.nowMs);
  return observed
    .map((one) => describeWorkload(one, failedCreates.get(one.job.metadata?.uid ?? "") ?? [], context))
    .filter((workload) => workload !== null);
}

/** A quota or policy that refuses the pod shows in events only; they are read only when a Job has no pod. */
async function explainMissingPods(
  namespace: ClusterNamespace,
  observed: readonly Observed[],
  nowMs: number,
): Promise<Map<string, string[]>> {
  const lacking = observed.filter((one) => lacksPod(one, nowMs));
  if (lacking.length === 0) return new Map();
  const uid = lacking.length === 1 ? `,involvedObject.uid=${lacking[0]?.job.metadata?.uid}` : "";
  try {
    return await namespace.readFailedCreates(`reason=FailedCreate,involvedObject.kind=Job${uid}`);
  } catch {
    // An explanation is an extra: without it the attempt's own deadline ends the wait.
    return new Map();
  }
}
