import { KUBERNETES_OUTAGE_ROWS } from "./kubernetes-outage-rows.ts";
import { runRows } from "./run-rows.ts";

runRows(KUBERNETES_OUTAGE_ROWS);
