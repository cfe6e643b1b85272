import type { ServerResponse } from "node:http";
import type { EmulatorResponse } from "../runtime/http-message.ts";
import type { Cluster } from "./cluster.ts";
import type { Selection } from "./list-pages.ts";
import { RESOURCES } from "./objects.ts";
import { badRequest, expired, toStatus } from "./status-errors.ts";
import type { StoreChange } from "./store.ts";

/** What `POST /_emulator/watches` can do to open watches. */
export const WATCH_FAULTS = ["expire", "stall", "cut", "close"] as const;
export type WatchFault = (typeof WATCH_FAULTS)[number];

export interface Watches {
  open(selection: Selection, query: URLSearchParams): EmulatorResponse;
  /**
   * expire: history is forgotten, open watches get ERROR 410, old versions too. stall: open watches fall silent for good,
   * as over a half-open connection.
   * cut: their connections are reset. close: they end as the server ends them now and then.
   */
  disturb(fault: WatchFault): void;
  count(): number;
}

interface OpenWatch {
  readonly response: ServerResponse;
  isStalled: boolean;
}

// The server closes a watch on its own after 30 to 60 minutes when the client gave no time.
const DEFAULT_TIMEOUT_SECONDS = 1800;

export function createWatches(cluster: Cluster): Watches {
  const watches = new Set<OpenWatch>();
  const { store } = cluster;

  const send = (watch: OpenWatch, type: string, object: unknown): void => {
    if (!watch.isStalled && !watch.response.destroyed) watch.response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const end = (watch: OpenWatch): void => {
    watches.delete(watch);
    watch.response.end();
  };
  const sendExpired = (watch: OpenWatch, from: number): void => {
    const error = expired(`too old resource version: ${from} (${store.compactedRevision() + 1})`);
    send(watch, "ERROR", toStatus(error));
    end(watch);
  };

  const stream = (
    response: ServerResponse,
    selection: Selection,
    query: URLSearchParams,
    from: number | null,
  ): void => {
    const watch: OpenWatch = { response, isStalled: false };
    watches.add(watch);
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
    response.flushHeaders();
    if (from !== null && from < store.compactedRevision()) {
      sendExpired(watch, from);
      return;
    }
    const forward = (change: StoreChange): void => {
      const event = toEvent(change, selection);
      if (event !== null) send(watch, event.type, event.object);
    };
    if (from === null) {
      for (const object of store.list(selection.resource).filter(selection.matches)) send(watch, "ADDED", object);
    } else {
      store.changesAfter(from).forEach(forward);
    }
    const unsubscribe = store.subscribe(forward);
    const stopBookmarks = sendBookmarks(watch, selection, query);
    const timeoutSeconds = Number(query.get("timeoutSeconds") || DEFAULT_TIMEOUT_SECONDS);
    // Of a connection that is only half there, nothing arrives: not even its end.
    const timer = setTimeout(() => {
      if (!watch.isStalled) end(watch);
    }, timeoutSeconds * 1000);
    response.once("close", () => {
      unsubscribe();
      stopBookmarks();
      clearTimeout(timer);
      watches.delete(watch);
    });
  };

  const sendBookmarks = (watch: OpenWatch, { resource }: Selection, query: URLSearchParams): (() => void) => {
    if (!["true", "1"].includes(query.get("allowWatchBookmarks") ?? "")) return () => {};
    const { kind, apiVersion } = RESOURCES[resource];
    const timer = setInterval(() => {
      const metadata = { resourceVersion: String(store.revision()), creationTimestamp: null };
      send(watch, "BOOKMARK", { kind, apiVersion, metadata });
    }, cluster.settings.get().bookmarkIntervalMs);
    return () => clearInterval(timer);
  };

  return {
    open: (selection, query) => {
      const from = parseRevision(query.get("resourceVersion"), store.revision());
      return { stream: (response) => stream(response, selection, query, from) };
    },
    disturb: (fault) => {
      if (fault === "expire") store.compact();
      for (const watch of [...watches]) {
        if (fault === "expire") sendExpired(watch, store.revision() - 1);
        else if (fault === "stall") watch.isStalled = true;
        else if (fault === "close") end(watch);
        else watch.response.socket?.resetAndDestroy();
      }
    },
    count: () => watches.size,
  };
}

// No version, or 0, means: first the present state as ADDED events, then changes.
function parseRevision(text: string | null, newest: number): number | null {
  if (text === null || text === "" || text === "0") return null;
  const revision = Number(text);
  if (!Number.isInteger(revision) || revision < 0) throw badRequest(`Invalid value: "${text}": resourceVersion`);
  return Math.min(revision, newest);
}

// An object that starts or stops matching the selector is ADDED or DELETED for this watch.
function toEvent(change: StoreChange, selection: Selection): { type: string; object: unknown } | null {
  if (change.resource !== selection.resource) return null;
  const before = change.previous !== null && selection.matches(change.previous);
  const after = change.type !== "DELETED" && selection.matches(change.object);
  if (!before && !after) return null;
  return { type: before && after ? "MODIFIED" : after ? "ADDED" : "DELETED", object: change.object };
}
