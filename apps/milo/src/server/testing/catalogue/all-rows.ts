import type { CatalogueRow } from "./catalogue-row.ts";
import { COOLIFY_OUTAGE_ROWS } from "./coolify-outage-rows.ts";
import { COOLIFY_REFUSAL_ROWS } from "./coolify-refusal-rows.ts";
import { COOLIFY_RUN_ROWS } from "./coolify-run-rows.ts";
import { COOLIFY_START_ROWS } from "./coolify-start-rows.ts";
import { ECS_OUTAGE_ROWS } from "./ecs-outage-rows.ts";
import { ECS_REFUSAL_ROWS } from "./ecs-refusal-rows.ts";
import { ECS_RUN_ROWS } from "./ecs-run-rows.ts";
import { ECS_START_ROWS } from "./ecs-start-rows.ts";
import { KUBERNETES_OUTAGE_ROWS } from "./kubernetes-outage-rows.ts";
import { KUBERNETES_REFUSAL_ROWS } from "./kubernetes-refusal-rows.ts";
import { KUBERNETES_RUN_ROWS } from "./kubernetes-run-rows.ts";
import { KUBERNETES_START_ROWS } from "./kubernetes-start-rows.ts";
import { KUBERNETES_WATCH_ROWS } from "./kubernetes-watch-rows.ts";
import { LOST_ROWS } from "./lost-rows.ts";

/** Rows of the catalogue: 1 to 21 Kubernetes, 22 to 38 ECS, 39 to 53 Coolify. */
export const CATALOGUE_SIZE = 53;

/** Every row by the file that holds it; the test that runs it has the same name, ending in `.contract.test.ts`. */
export const ROWS_BY_FILE: Readonly<Record<string, readonly CatalogueRow[]>> = {
  "kubernetes-refusal-rows": KUBERNETES_REFUSAL_ROWS,
  "kubernetes-outage-rows": KUBERNETES_OUTAGE_ROWS,
  "kubernetes-start-rows": KUBERNETES_START_ROWS,
  "ecs-refusal-rows": ECS_REFUSAL_ROWS,
  "ecs-outage-rows": ECS_OUTAGE_ROWS,
  "ecs-start-rows": ECS_START_ROWS,
  "coolify-refusal-rows": COOLIFY_REFUSAL_ROWS,
  "coolify-outage-rows": COOLIFY_OUTAGE_ROWS,
  "coolify-start-rows": COOLIFY_START_ROWS,
  "kubernetes-run-rows": KUBERNETES_RUN_ROWS,
  "ecs-run-rows": ECS_RUN_ROWS,
  "coolify-run-rows": COOLIFY_RUN_ROWS,
  "lost-rows": LOST_ROWS,
  "kubernetes-watch-rows": KUBERNETES_WATCH_ROWS,
};
