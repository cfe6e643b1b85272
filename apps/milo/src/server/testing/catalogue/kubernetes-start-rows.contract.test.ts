import { KUBERNETES_START_ROWS } from "./kubernetes-start-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(KUBERNETES_START_ROWS);
