import {
  BOT_STATUSES,
  type BotStatus,
  DEPLOYMENT_PLATFORMS,
  type DeploymentPlatform,
  FINAL_BOT_STATUSES,
  MEETING_PLATFORMS,
  type MeetingPlatform,
} from "@milo/placement";
import type { ApiInputs } from "../_api/outputs.ts";
import { isMasked } from "./search-text.ts";

/** Which bots are looked at: all of it stands in the page's address, so that it survives a reload and can be sent. */
export type BotsView = {
  /** Empty: whatever their status. */
  statuses: readonly BotStatus[];
  infrastructure: DeploymentPlatform | null;
  meetingPlatform: MeetingPlatform | null;
  /** Trimmed; empty: none. */
  search: string;
  /** The page: bots older or newer than this one; neither: the newest. */
  before: number | null;
  after: number | null;
};

/** Statuses that people ask for together, in the order in which they are offered. */
export const STATUS_GROUPS: Readonly<Record<"waiting" | "active" | "ended", readonly BotStatus[]>> = {
  waiting: ["SCHEDULED", "QUEUED"],
  active: BOT_STATUSES.filter((status) => !isOneOf(["SCHEDULED", "QUEUED", ...FINAL_BOT_STATUSES], status)),
  ended: FINAL_BOT_STATUSES,
};
export type StatusGroup = keyof typeof STATUS_GROUPS;

export const PAGE_SIZE = 50;
const SEARCH_MOST = 2_048;

type Params = Pick<URLSearchParams, "get">;

/** Reads a view from an address; what makes no sense there is left out. */
export function readBotsView(params: Params): BotsView {
  const statuses = (params.get("status") ?? "").split(",");
  return {
    statuses: BOT_STATUSES.filter((status) => statuses.includes(status)),
    infrastructure: DEPLOYMENT_PLATFORMS.find((platform) => platform === params.get("infra")) ?? null,
    meetingPlatform: MEETING_PLATFORMS.find((platform) => platform === params.get("meeting")) ?? null,
    search: (params.get("q") ?? "").trim().slice(0, SEARCH_MOST),
    before: readId(params.get("before")),
    after: params.get("before") === null ? readId(params.get("after")) : null,
  };
}

/** The view as the query of an address: `?status=QUEUED&infra=k8s`; empty for all bots. */
export function writeBotsView(view: BotsView): string {
  const params = new URLSearchParams();
  if (view.statuses.length > 0) params.set("status", view.statuses.join(","));
  if (view.infrastructure !== null) params.set("infra", view.infrastructure);
  if (view.meetingPlatform !== null) params.set("meeting", view.meetingPlatform);
  if (view.search !== "") params.set("q", view.search);
  if (view.before !== null) params.set("before", String(view.before));
  else if (view.after !== null) params.set("after", String(view.after));
  const query = params.toString().replaceAll("%2C", ",");
  return query === "" ? "" : `?${query}`;
}

/** What to ask the server for; null when the address names a search that was masked. */
export function toListInput(view: BotsView): NonNullable<ApiInputs["bots"]["list"]> | null {
  if (isMasked(view.search)) return null;
  return {
    limit: PAGE_SIZE,
    ...(view.statuses.length > 0 && { statuses: [...view.statuses] }),
    ...(view.infrastructure !== null && { infrastructure: view.infrastructure }),
    ...(view.meetingPlatform !== null && { meetingPlatform: view.meetingPlatform }),
    ...(view.search !== "" && { search: view.search }),
    ...(view.before !== null && { before: view.before }),
    ...(view.before === null && view.after !== null && { after: view.after }),
  };
}

/** The view with other filters: it begins again at the newest. */
export function changeView(view: BotsView, change: Partial<BotsView>): BotsView {
  return { ...view, before: null, after: null, ...change };
}

/** The same page of every bot there is. */
export const ALL_BOTS: BotsView = readBotsView(new URLSearchParams());

export function isFiltered(view: BotsView): boolean {
  return writeBotsView({ ...view, before: null, after: null }) !== "";
}

/** Which group of statuses a view shows; `all` without a choice, null with another one. */
export function groupOf(statuses: readonly BotStatus[]): StatusGroup | "all" | null {
  if (statuses.length === 0) return "all";
  const groups = Object.keys(STATUS_GROUPS) as StatusGroup[];
  return groups.find((group) => isSame(STATUS_GROUPS[group], statuses)) ?? null;
}

function isSame(some: readonly BotStatus[], others: readonly BotStatus[]): boolean {
  return some.length === others.length && some.every((status) => others.includes(status));
}

function isOneOf(statuses: readonly BotStatus[], status: BotStatus): boolean {
  return statuses.includes(status);
}

function readId(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}
