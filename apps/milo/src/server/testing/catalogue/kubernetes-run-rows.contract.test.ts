import { KUBERNETES_RUN_ROWS } from "./kubernetes-run-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(KUBERNETES_RUN_ROWS);
