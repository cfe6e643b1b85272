import { KUBERNETES_OUTAGE_ROWS } from "./kubernetes-outage-rows.ts";
import { runRows } from "./run-catalogue.ts";

runRows(KUBERNETES_OUTAGE_ROWS);
