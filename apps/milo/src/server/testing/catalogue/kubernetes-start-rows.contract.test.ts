import { KUBERNETES_START_ROWS } from "./kubernetes-start-rows.ts";
import { runRows } from "./run-rows.ts";

runRows(KUBERNETES_START_ROWS);
