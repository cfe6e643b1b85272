import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { readRefusal } from "./kubernetes-errors.ts";
import type { FollowTimes } from "./kubernetes-settings.ts";
import { openWatch, type WatchedObject, type WatchRequest } from "./watch-stream.ts";

/** One kind of object, and what to do with what is heard of it. */
export type FollowedResource<T extends WatchedObject> = Omit<WatchRequest, "resourceVersion"> & {
  /** All that was heard before is void: what exists is told again. */
  onReset(): void;
  onChange(type: "ADDED" | "MODIFIED" | "DELETED", object: T): void;
};

/** A watch that stood this long was sound, whatever ended it. */
const SOUND_WATCH_MS = 5_000;
/** Failures in a row after which it is worth telling: one or two are a restart of the server or an old version. */
const TELL_AFTER_FAILURES = 3;

/**
 * Watches one kind of object until the signal ends, whatever happens: a watch that the server ends in order goes on
 * from its version, one that ends in any other way begins anew with all there is, after a pause. Never rejects.
 */
export async function followResource<T extends WatchedObject>(
  client: KubernetesClient,
  resource: FollowedResource<T>,
  times: FollowTimes,
  onTrouble: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const watch: Watch = { version: "" };
  let failures = 0;
  while (!signal.aborted) {
    const beganAtMs = performance.now();
    let error: unknown;
    try {
      await watchOnce(client, resource, times, watch, signal);
    } catch (caught) {
      error = caught;
      watch.version = "";
    }
    if (signal.aborted) return;
    const wasSound = performance.now() - beganAtMs >= SOUND_WATCH_MS;
    if (error === undefined) failures = wasSound ? 0 : failures + 1;
    else failures = wasSound ? 1 : failures + 1;
    if (failures === TELL_AFTER_FAILURES) onTrouble(error ?? new Error("the watch is ended as soon as it is open"));
    await sleep(pauseMs(failures, error, times), undefined, { signal }).catch(() => {});
  }
}

/** The version up to which everything was heard; empty when nothing is known. */
type Watch = { version: string };

async function watchOnce<T extends WatchedObject>(
  client: KubernetesClient,
  resource: FollowedResource<T>,
  times: FollowTimes,
  watch: Watch,
  signal: AbortSignal,
): Promise<void> {
  if (watch.version === "") resource.onReset();
  const { path, labelSelector, fieldSelector } = resource;
  const request = { path, labelSelector, fieldSelector, resourceVersion: watch.version };
  for await (const { type, object } of openWatch<T>(client, request, times, signal)) {
    if (type !== "BOOKMARK") resource.onChange(type, object);
    watch.version = object.metadata?.resourceVersion ?? "";
  }
}

function pauseMs(failures: number, error: unknown, times: FollowTimes): number {
  if (failures === 0) return 0;
  const askedMs = readRefusal(error, Date.now())?.retryAfterMs ?? 0;
  const backOffMs = times.retryBaseMs * 2 ** (failures - 1) * (0.5 + Math.random() / 2);
  return Math.min(times.retryCapMs, Math.max(backOffMs, askedMs));
}
