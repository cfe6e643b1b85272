import {
  DEPLOYMENT_OUTCOMES,
  DEPLOYMENT_PHASES,
  type DeploymentOutcome,
  type DeploymentPhase,
  type DeploymentPlatform,
  OCCUPYING_PHASES,
} from "@milo/placement";
import type { ApiInputs, ApiOutputs } from "../../_api/outputs.ts";

export type Deployment = ApiOutputs["infrastructure"]["getDeployments"]["deployments"][number];

type DeploymentQuery = Extract<ApiInputs["infrastructure"]["getDeployments"], object>;

/** A column that the server can sort by. */
export type SortColumn = "age" | "heartbeat" | "ended";

/** What of a platform's deployments is shown, and in which order. */
export type DeploymentView = {
  phase: "all" | "holding" | DeploymentPhase;
  outcome: "any" | DeploymentOutcome;
  search: string;
  sort: { id: SortColumn; desc: boolean };
};

/** What has not ended counts as last to end: so what runs now comes first, then what ended last. */
export const FIRST_VIEW: DeploymentView = {
  phase: "all",
  outcome: "any",
  search: "",
  sort: { id: "ended", desc: true },
};

const PAGE_ROWS = 10;

/** `inverted`: the older the moment, the greater the value that is shown. */
const SORTS = {
  age: { by: "reservedAt", inverted: true },
  heartbeat: { by: "lastHeartbeatAt", inverted: false },
  ended: { by: "endedAt", inverted: false },
} as const;

export const PHASE_CHOICES = [
  { value: "all", label: "Every phase" },
  { value: "holding", label: "Holds a slot" },
  ...DEPLOYMENT_PHASES.map((value) => ({ value, label: inWords(value) })),
] as const;

export const OUTCOME_CHOICES = [
  { value: "any", label: "Every outcome" },
  ...DEPLOYMENT_OUTCOMES.map((value) => ({ value, label: inWords(value) })),
] as const;

/** Which columns can be sorted by with these filters; the others would have the server read all of history. */
export function sortableColumns({ phase, outcome, search }: DeploymentView): readonly SortColumn[] {
  const reachesHistory = phase === "all" || phase === "ENDED";
  if (outcome !== "any" && reachesHistory && search === "") return ["ended"];
  return phase === "ENDED" ? ["age", "ended"] : ["age", "heartbeat", "ended"];
}

/** The view after a change; an order that the new filters do not allow gives way to the first one. */
export function changeView(view: DeploymentView, change: Partial<DeploymentView>): DeploymentView {
  const next = { ...view, ...change };
  return sortableColumns(next).includes(next.sort.id) ? next : { ...next, sort: FIRST_VIEW.sort };
}

/** The question to the server for a page of the view. */
export function toDeploymentQuery(
  platform: DeploymentPlatform,
  { phase, outcome, search, sort }: DeploymentView,
  cursor: string | null = null,
): DeploymentQuery {
  const { by, inverted } = SORTS[sort.id];
  return {
    platform,
    ...(phase === "all" ? {} : { phases: phase === "holding" ? [...OCCUPYING_PHASES] : [phase] }),
    ...(outcome === "any" ? {} : { outcomes: [outcome] }),
    ...(search === "" ? {} : { search }),
    sort: { by, direction: sort.desc !== inverted ? "desc" : "asc" },
    limit: PAGE_ROWS,
    ...(cursor === null ? {} : { cursor }),
  };
}

/** Whether anything is left out of the view. */
export function isFiltered({ phase, outcome, search }: DeploymentView): boolean {
  return phase !== "all" || outcome !== "any" || search !== "";
}

/** The name by which an attempt is found on its platform: the ARN on AWS once it is known, else its launch key. */
export function nameWorkload({ identifier, launchKey }: Pick<Deployment, "identifier" | "launchKey">) {
  if (identifier?.startsWith("arn:")) {
    return { kind: "ARN", full: identifier, short: `…${identifier.slice(identifier.lastIndexOf("/"))}` } as const;
  }
  return { kind: "launch key", full: launchKey, short: launchKey } as const;
}

/** What of a deployment an operator would call a change; its age and its heartbeats are none. */
export function deploymentPrint(row: Deployment): string {
  const { ageMs: _, lastHeartbeatAt: __, ...rest } = row;
  return JSON.stringify(rest);
}

/** `never_launched` → `Never launched` */
function inWords(value: string): string {
  const words = value.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
