import { KUBERNETES_REFUSAL_ROWS } from "./kubernetes-refusal-rows.ts";
import { runRows } from "./run-rows.ts";

runRows(KUBERNETES_REFUSAL_ROWS);
