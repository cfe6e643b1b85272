import { KUBERNETES_REFUSAL_ROWS } from "./kubernetes-refusal-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(KUBERNETES_REFUSAL_ROWS);
