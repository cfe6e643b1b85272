import { randomUUID } from "node:crypto";
import type { Cluster } from "./cluster.ts";
import { type KubeObject, RESOURCES, type Resource } from "./objects.ts";
import { type Matcher, parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { badRequest, expired } from "./status-errors.ts";

/** What a list or watch is about, taken from its path and query. */
export interface Selection {
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly matches: Matcher;
  readonly hasSelector: boolean;
}

export function parseSelection(resource: Resource, namespace: string | null, query: URLSearchParams): Selection {
  const byLabel = parseLabelSelector(query.get("labelSelector"));
  const byField = parseFieldSelector(resource, query.get("fieldSelector"));
  const inNamespace: Matcher = ({ metadata }) => namespace === null || metadata.namespace === namespace;
  return {
    resource,
    namespace,
    matches: (object) => inNamespace(object) && byLabel(object) && byField(object),
    hasSelector: Boolean(query.get("labelSelector") || query.get("fieldSelector")),
  };
}

/** Lists in pages that all show the same moment, as the real server's continue tokens do. */
export interface Lister {
  list(selection: Selection, query: URLSearchParams): Record<string, unknown>;
  clear(): void;
}

interface Snapshot {
  readonly revision: number;
  readonly left: KubeObject[];
}

export function createLister(cluster: Cluster): Lister {
  const snapshots = new Map<string, Snapshot>();
  return {
    list: (selection, query) => {
      const token = query.get("continue");
      const snapshot = token ? takeSnapshot(snapshots, token, cluster) : readSnapshot(cluster, selection);
      const limit = parseLimit(query.get("limit"));
      const page = snapshot.left.slice(0, limit);
      const left = snapshot.left.slice(page.length);
      const metadata: Record<string, unknown> = { resourceVersion: String(snapshot.revision) };
      if (left.length > 0) {
        metadata.continue = randomUUID();
        if (!selection.hasSelector) metadata.remainingItemCount = left.length;
        snapshots.set(String(metadata.continue), { revision: snapshot.revision, left });
      }
      const { kind, apiVersion } = RESOURCES[selection.resource];
      return { kind: `${kind}List`, apiVersion, metadata, items: page.map(withoutType) };
    },
    clear: () => snapshots.clear(),
  };
}

function readSnapshot(cluster: Cluster, { resource, matches }: Selection): Snapshot {
  return { revision: cluster.store.revision(), left: cluster.store.list(resource).filter(matches) };
}

function takeSnapshot(snapshots: Map<string, Snapshot>, token: string, cluster: Cluster): Snapshot {
  const snapshot = snapshots.get(token);
  if (snapshot === undefined) throw badRequest("continue key is not valid: unable to decode continue token");
  if (snapshot.revision < cluster.store.compactedRevision()) {
    throw expired("The provided continue parameter is too old to display a consistent list result.");
  }
  return snapshot;
}

function parseLimit(text: string | null): number {
  if (text === null || text === "" || text === "0") return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return limit;
}

// Items of a typed list carry neither kind nor apiVersion.
function withoutType({
  kind: _kind,
  apiVersion: _apiVersion,
  ...rest
}: KubeObject): Omit<KubeObject, "kind" | "apiVersion"> {
  return rest;
}
