import type { DeploymentPlatform } from "@milo/placement";
import {
  changeView,
  type DeploymentView,
  FIRST_VIEW,
  OUTCOME_CHOICES,
  PHASE_CHOICES,
  sortableColumns,
} from "./deployment-view.ts";

/** A page of a view: the first one has no cursor. */
export type PageMark = { number: number; cursor: string } | null;

/** What of a platform's deployments the page's address names. */
export type DeploymentPlace = { view: DeploymentView; page: PageMark };

const SEARCH_MOST = 512;
const CURSOR = /^[\w-]{1,200}$/;

type Params = Pick<URLSearchParams, "get">;

/** Reads what an address says of one platform: `?k8s.phase=RUNNING&k8s.sort=-age`; what makes no sense is left out. */
export function readDeploymentPlace(params: Params, platform: DeploymentPlatform): DeploymentPlace {
  const get = (name: string) => params.get(`${platform}.${name}`);
  const filters: DeploymentView = {
    ...FIRST_VIEW,
    phase: PHASE_CHOICES.find(({ value }) => value === get("phase"))?.value ?? FIRST_VIEW.phase,
    outcome: OUTCOME_CHOICES.find(({ value }) => value === get("outcome"))?.value ?? FIRST_VIEW.outcome,
    search: (get("q") ?? "").trim().slice(0, SEARCH_MOST),
  };
  const sort = get("sort") ?? "";
  const id = sortableColumns(filters).find((column) => column === sort.replace("-", ""));
  const view = id === undefined ? filters : changeView(filters, { sort: { id, desc: sort.startsWith("-") } });
  return { view, page: readPage(get("page")) };
}

/** The address's query with one platform's part changed; all else in it stays. Empty or with its `?`. */
export function writeDeploymentPlace(
  query: string,
  platform: DeploymentPlatform,
  { view, page }: DeploymentPlace,
): string {
  const params = new URLSearchParams(query);
  const { id, desc } = view.sort;
  const isFirstSort = id === FIRST_VIEW.sort.id && desc === FIRST_VIEW.sort.desc;
  const values = {
    phase: view.phase === FIRST_VIEW.phase ? null : view.phase,
    outcome: view.outcome === FIRST_VIEW.outcome ? null : view.outcome,
    q: view.search === "" ? null : view.search,
    sort: isFirstSort ? null : `${desc ? "-" : ""}${id}`,
    page: page === null ? null : `${page.number}~${page.cursor}`,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) params.delete(`${platform}.${name}`);
    else params.set(`${platform}.${name}`, value);
  }
  const written = params.toString().replaceAll("%7E", "~");
  return written === "" ? "" : `?${written}`;
}

function readPage(text: string | null): PageMark {
  const [number = "", cursor = ""] = (text ?? "").split("~");
  if (!/^\d{1,6}$/.test(number) || Number(number) < 2 || !CURSOR.test(cursor)) return null;
  return { number: Number(number), cursor };
}
