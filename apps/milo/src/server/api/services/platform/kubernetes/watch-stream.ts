import { ApiException } from "@kubernetes/client-node";
import type { KubernetesClient } from "./kubernetes-client.ts";
import type { FollowTimes } from "./kubernetes-settings.ts";

/** An object as a watch tells it: plain JSON, so that every time in it is a string. */
export type WatchedObject = { metadata?: { uid?: string; resourceVersion?: string } };

/** One line of a watch [Kubernetes API concepts: Efficient detection of changes]. */
export type WatchEvent<T extends WatchedObject> =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: T }
  /** Nothing happened up to this version. */
  | { type: "BOOKMARK"; object: WatchedObject };

export type WatchRequest = {
  /** The resource's path below the API server. */
  path: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Tell what happened after this version; empty: begin with all there is, as ADDED events. */
  resourceVersion: string;
};

/** Nothing came for longer than a live watch can be silent: half-open connections look like that. */
export class SilentWatchError extends Error {
  override name = "SilentWatchError";
}

/**
 * One watch, until the server ends it. Throws whatever else ends it: a refusal (also one told within the stream, such
 * as 410 for a version that is forgotten), a lost connection, silence, or the signal. client-node's own Watch cannot
 * be ended before its first answer, hides what its consumer throws, and knows no time limit but its own.
 */
export async function* openWatch<T extends WatchedObject>(
  client: KubernetesClient,
  request: WatchRequest,
  limits: FollowTimes,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void> {
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new SilentWatchError("the watch fell silent")), limits.silenceMs);
  };
  hear();
  try {
    const target = `${request.path}?${toQuery(request, limits)}`;
    const response = await client.open(target, AbortSignal.any([signal, silence.signal]));
    if (response.httpStatusCode !== 200) {
      throw new ApiException(response.httpStatusCode, "watch", await response.body.text(), response.headers);
    }
    // The streams of Node can be iterated, which the client's types do not know.
    const body = response.body.stream() as unknown as AsyncIterable<Uint8Array> | null;
    for await (const line of readLines(body, hear)) yield readEvent<T>(line);
  } finally {
    clearTimeout(timer);
  }
}

function toQuery(request: WatchRequest, limits: FollowTimes): URLSearchParams {
  const query = new URLSearchParams({
    watch: "true",
    allowWatchBookmarks: "true",
    timeoutSeconds: String(limits.timeoutSeconds),
  });
  const { labelSelector, fieldSelector, resourceVersion } = request;
  if (labelSelector !== undefined) query.set("labelSelector", labelSelector);
  if (fieldSelector !== undefined) query.set("fieldSelector", fieldSelector);
  if (resourceVersion !== "") query.set("resourceVersion", resourceVersion);
  return query;
}

async function* readLines(body: AsyncIterable<Uint8Array> | null, hear: () => void): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body ?? []) {
    hear();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
  }
  if (rest !== "") throw new Error("the watch ended within a line");
}

function readEvent<T extends WatchedObject>(line: string): WatchEvent<T> {
  const event = JSON.parse(line) as WatchEvent<T> | { type: "ERROR"; object: { code?: number } };
  if (event.type === "ERROR")
    throw new ApiException(event.object.code ?? 500, "watch", JSON.stringify(event.object), {});
  return event;
}
