import { z } from "zod";
import type { Sql } from "#server/database/client.ts";
import {
  type DeploymentPage,
  type DeploymentRow,
  type DeploymentSort,
  type PagePosition,
  readDeployments,
} from "#server/database/repositories/deployments-view.ts";
import { searchDeployments } from "#server/database/repositories/search-deployments.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import { ServiceError } from "./errors.ts";

export type DeploymentQuery = Omit<DeploymentPage, "ids" | "after"> & { search?: string; cursor?: string };

/** `botName` and `botId` are null for a workload of ours that no attempt owns. */
export type ListedDeployment = Omit<DeploymentRow, "sortKey">;
/** `nextCursor` goes on with the same query, null at the end. */
export type DeploymentList = { deployments: ListedDeployment[]; nextCursor: string | null };

/** More than anybody reads through: a search that finds more is to be made narrower. */
const MOST_FOUND = 1_000;

/** One page of deployments. Throws BAD_INPUT for a question that could only be answered by reading all of history. */
export async function listDeployments(sql: Sql, query: DeploymentQuery): Promise<DeploymentList> {
  const { search, cursor, ...page } = query;
  refuseUnbounded(query);
  const after = cursor === undefined ? undefined : readCursor(cursor, page.sort);
  const ids = search === undefined ? undefined : await findIds(sql, search);
  const phases = page.sort.by === "lastHeartbeatAt" ? (page.phases ?? HOLDING) : page.phases;
  const rows = await readDeployments(sql, { ...page, phases, ids, after, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return {
    deployments: shown.map(({ sortKey: _, ...row }) => ({
      ...row,
      reason: row.reason === null ? null : maskUrls(row.reason),
    })),
    nextCursor: last === undefined ? null : writeCursor(page.sort, { key: last.sortKey, id: last.deploymentId }),
  };
}

const HOLDING = ["RESERVED", "LAUNCHING", "STARTING", "RUNNING", "STOPPING"] as const;

function refuseUnbounded({ sort, phases, outcomes, failureClasses, search }: DeploymentQuery): void {
  if (sort.by === "lastHeartbeatAt" && phases?.includes("ENDED")) {
    throw new ServiceError(
      "BAD_INPUT",
      "The order by lastHeartbeatAt is for deployments that hold a slot: leave ENDED out of phases",
    );
  }
  const holdsSlot = sort.by === "lastHeartbeatAt" || (phases !== undefined && !phases.includes("ENDED"));
  const isFiltered = outcomes !== undefined || failureClasses !== undefined;
  if (isFiltered && !holdsSlot && search === undefined && sort.by !== "endedAt") {
    throw new ServiceError(
      "BAD_INPUT",
      "Ended deployments filtered by outcome or failure class come in the order of endedAt: sort by that, or leave ENDED out of phases",
    );
  }
}

async function findIds(sql: Sql, search: string): Promise<number[]> {
  const ids = await searchDeployments(sql, search, MOST_FOUND + 1);
  if (ids.length <= MOST_FOUND) return ids;
  throw new ServiceError("BAD_INPUT", `More than ${MOST_FOUND} deployments match this search: give more of the name`);
}

const cursorShape = z.tuple([
  z.string(),
  z.enum(["asc", "desc"]),
  z.int().min(0).nullable(),
  z.int().min(1).max(2_147_483_647),
]);

function writeCursor({ by, direction }: DeploymentSort, { key, id }: PagePosition): string {
  return Buffer.from(JSON.stringify([by, direction, key, id])).toString("base64url");
}

function readCursor(cursor: string, sort: DeploymentSort): PagePosition {
  const parsed = cursorShape.safeParse(parseJson(Buffer.from(cursor, "base64url").toString()));
  if (!parsed.success) throw new ServiceError("BAD_INPUT", "cursor: not one that this list gave out");
  const [by, direction, key, id] = parsed.data;
  if (by !== sort.by || direction !== sort.direction || (by === "attempt" && (key ?? 0) > 2_147_483_647)) {
    throw new ServiceError("BAD_INPUT", `cursor: it belongs to the order by ${by} ${direction}; start anew without it`);
  }
  return { key, id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
