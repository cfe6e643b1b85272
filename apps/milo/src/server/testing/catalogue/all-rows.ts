import type { CatalogueRow } from "./catalogue-row.ts";
import { KUBERNETES_OUTAGE_ROWS } from "./kubernetes-outage-rows.ts";
import { KUBERNETES_REFUSAL_ROWS } from "./kubernetes-refusal-rows.ts";
import { KUBERNETES_START_ROWS } from "./kubernetes-start-rows.ts";

/** Rows of the catalogue: 1 to 21 Kubernetes, 22 to 38 ECS, 39 to 53 Coolify. */
export const CATALOGUE_SIZE = 53;

/** Every row by the file that holds it; the test that runs it has the same name, ending in `.contract.test.ts`. */
export const ROWS_BY_FILE: Readonly<Record<string, readonly CatalogueRow[]>> = {
  "kubernetes-refusal-rows": KUBERNETES_REFUSAL_ROWS,
  "kubernetes-outage-rows": KUBERNETES_OUTAGE_ROWS,
  "kubernetes-start-rows": KUBERNETES_START_ROWS,
};
