import type { CoreV1Event, V1Job, V1Pod } from "@kubernetes/client-node";
import type { PostMortem } from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { describeFailure } from "./kubernetes-errors.ts";
import { BOT_CONTAINER } from "./kubernetes-names.ts";
import type { Observed } from "./observe-workloads.ts";
import { botContainer, describeEnd, hasEnded, newestFirst, readTimeMs } from "./pod-state.ts";

/** More than is kept of it: what is too much is cut from the front, where it matters least. */
const LOG_LINES = 100;
const LOG_BYTES = 64 * 1024;

/**
 * What the cluster tells of a bot that is about to be removed: its Job's and pod's conditions, the pod's events, how the
 * container ended, and its last words. Never throws: what cannot be read is named in `missing`. Needs pods/log get.
 */
export async function readPostMortem(namespace: ClusterNamespace, observed: Observed): Promise<PostMortem> {
  const pod = newestFirst(observed.pods)[0];
  const job = describeJob(observed.job);
  if (pod === undefined) return { ...job, missing: "its pod is not there any more, and with it its log and exit code" };
  const missing: string[] = [];
  const orMiss = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      missing.push(describeFailure(error, what, namespace.settings.now()).reason);
      return undefined;
    }
  };
  const [log, events] = await Promise.all([
    orMiss("read the pod's log", () => readLog(namespace, pod)),
    orMiss("read the pod's events", () => namespace.readEventsOf(pod.metadata?.uid ?? "")),
  ]);
  const conditions = [...(job.conditions ?? []), ...describeConditions(pod), ...(events ?? []).map(describeEvent)];
  return {
    ...describePod(pod),
    conditions,
    ...(log === undefined ? {} : { log }),
    ...(missing.length === 0 ? {} : { missing: missing.join("; ") }),
  };
}

async function readLog(namespace: ClusterNamespace, pod: V1Pod): Promise<string[]> {
  const text = await namespace.read((apis) =>
    apis.core.readNamespacedPodLog({
      namespace: namespace.settings.namespace,
      name: pod.metadata?.name ?? "",
      container: BOT_CONTAINER,
      tailLines: LOG_LINES,
      limitBytes: LOG_BYTES,
    }),
  );
  return text.split("\n").filter((line) => line !== "");
}

function describePod(pod: V1Pod): PostMortem {
  const container = botContainer(pod);
  const { running, terminated } = container?.state ?? {};
  const end = hasEnded(pod) ? describeEnd(pod) : null;
  return {
    status: pod.status?.phase,
    reason: end?.reason,
    exitCode: terminated?.exitCode,
    signal: terminated?.signal ?? signalOf(terminated?.exitCode),
    startedAt: writeTime(terminated?.startedAt ?? running?.startedAt),
    finishedAt: writeTime(terminated?.finishedAt),
    restarts: container?.restartCount,
  };
}

/** Runtimes tell a signal as 128 and its number. */
function signalOf(exitCode: number | undefined): number | undefined {
  return exitCode !== undefined && exitCode > 128 && exitCode < 160 ? exitCode - 128 : undefined;
}

function describeJob(job: V1Job): PostMortem {
  return {
    conditions: (job.status?.conditions ?? [])
      .filter((condition) => condition.status === "True")
      .map(({ type, reason, message, lastTransitionTime }) => ({
        type: `Job ${type}`,
        reason,
        message,
        at: writeTime(lastTransitionTime),
      })),
  };
}

/** Of readiness and the like only what is out of the ordinary says anything. */
function describeConditions(pod: V1Pod): NonNullable<PostMortem["conditions"]>[number][] {
  return (pod.status?.conditions ?? [])
    .filter(({ reason, message }) => reason !== undefined || message !== undefined)
    .map(({ type, status, reason, message, lastTransitionTime }) => ({
      type: `${type}=${status}`,
      reason,
      message,
      at: writeTime(lastTransitionTime),
    }));
}

function describeEvent(event: CoreV1Event) {
  const at = writeTime(event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp);
  return { type: "Event", reason: event.reason, message: event.message, at };
}

function writeTime(time: Date | string | undefined | null): string | undefined {
  const ms = readTimeMs(time);
  return ms === null ? undefined : new Date(ms).toISOString();
}
